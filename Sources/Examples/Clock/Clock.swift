import Foundation
import HTTPServer
import ServerSentEvents

// A clock, and a page that shows it: `EXAMPLES=1 swift run Clock`, then open the address it prints.

/// Between two ticks.
let interval = Duration.milliseconds(
  numberFromEnvironment("INTERVAL_MS", default: 1000, in: 1...60_000))

var app = Application()
app.use(serverSentEvents())

app.get("/events") { _, response in
  try response.sseSetup()
  while true {
    try await response.sseSend(Event(Date.now.formatted(.iso8601)))
    // Throws as soon as the client has gone.
    try await Task.sleep(for: interval)
  }
}
app.use(try staticFiles(from: "Public", beside: #filePath))

await app.run()
