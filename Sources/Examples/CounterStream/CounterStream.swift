import HTTPServer
import ServerSentEvents

// Counts to nine for everyone who asks, and ends the stream; stops early for who leaves:
// `EXAMPLES=1 swift run CounterStream`, then `curl -N localhost:3000/stream`.

/// Between two numbers.
let interval = Duration.milliseconds(
  numberFromEnvironment("INTERVAL_MS", default: 1000, in: 1...60_000))

var app = Application()
app.use(serverSentEvents())

app.get("/stream") { _, response in
  try response.sseSetup()
  for number in 1...9 {
    try await response.sseSend(["num": number])
    // Throws as soon as the client has gone.
    try await Task.sleep(for: interval)
  }
}
app.use(try staticFiles(from: "Public", beside: #filePath))

await app.run()
