import HTTPServer
import ServerSentEvents

// A page, and events for it: a count that goes on for as long as the page is open.
// `EXAMPLES=1 swift run EventsBesidePage`, then open the address it prints.

/// Between two events.
let interval = Duration.milliseconds(
  numberFromEnvironment("INTERVAL_MS", default: 1000, in: 1...60_000))

var app = Application()
app.use(serverSentEvents())

app.get("/events") { _, response in
  // After a lost connection the browser comes back in ten seconds.
  try response.sseSetup(retry: .seconds(10))
  var count = 0
  while true {
    count += 1
    try await response.sseSend(["count": count])
    try await Task.sleep(for: interval)
  }
}
app.use(try staticFiles(from: "Public", beside: #filePath))

await app.run()
