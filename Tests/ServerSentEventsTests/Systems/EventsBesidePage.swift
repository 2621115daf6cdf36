import HTTPServer
import ServerSentEvents
import TestSupport
import Testing

/// A page, and events for it: a count that goes on for as long as the page is open.
private func pageApplication(folder: String, interval: Duration) throws -> Application {
  var app = Application()
  app.use(serverSentEvents())

  app.get("/events") { _, response in
    try response.sseSetup(retry: .seconds(10))
    var count = 0
    while true {
      count += 1
      try await response.sseSend(["count": count])
      try await Task.sleep(for: interval)
    }
  }
  app.use(try staticFiles(from: folder))
  return app
}

@Suite("Events beside a page")
struct EventsBesidePageTests {
  @Test("the page is served, and its events count on and say when to come back")
  func pageAndEvents() async throws {
    let page = "<!doctype html><script>new EventSource('/events')</script>"
    let folder = try TemporaryFolder()
    try folder.write(page, to: "index.html")
    let app = try pageApplication(folder: folder.path, interval: .milliseconds(1))
    try await withServer(app) { port in
      let index = try Client(port: port).get("/")
      #expect(index["content-type"] == "text/html; charset=utf-8")
      #expect(index.text == page)

      let client = try Client.stream(port, "/events")
      #expect(try client.chunk() == [UInt8](":\nretry: 10000\n".utf8))
      #expect(try client.events(3).map(\.data) == (1...3).map { #"{"count":\#($0)}"# })
    }
  }
}
