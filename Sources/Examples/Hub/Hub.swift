import EventLoop
import HTTPServer
import ServerSentEvents
import Synchronization

// Everyone subscribes at `/events` and is told an id; what is posted goes to all. Pages of other sites
// may take part. `EXAMPLES=1 swift run Hub`, then open the address it prints, twice.

let loops = try EventLoop.start(count: 2)
// A browser that comes back is sent what it missed, if it is among the last hundred messages.
let subscribers = Audience(on: loops, history: 100)
let lastID = Mutex(0)

var app = Application()
app.use(crossOrigin(allowing: .any))
app.use(serverSentEvents())

app.get("/events") { request, response in
  let id = lastID.withLock {
    $0 += 1
    return $0
  }
  try response.sseSetup()
  try subscribers.join(
    response, first: try Event(json: ["id": id]), after: request.lastEventID)
}

app.post("/send-event") { request, response in
  let data =
    request.mediaType == "application/json"
    ? try request.json(as: [String: String].self)
    : Dictionary(try request.form().items.map { ($0.name, $0.value) }) { $1 }
  subscribers.send(try Event(json: data))
  try response.json(["success": true])
}
app.use(try staticFiles(from: "Public", beside: #filePath))

await app.run(on: loops) { await subscribers.end() }
