import EventLoop
import Foundation
import HTTPServer
import Platform
import ServerSentEvents
import TestSupport
import Testing

/// Serves a clock beside the files of a folder, on the port in the variable `PORT` or on 3000.
private func serveClock(
  folder: String, environment: [String: String], tick: Duration, on loops: [EventLoop]
) async throws -> Server {
  var app = Application()
  app.use(serverSentEvents())

  app.get("/events") { _, response in
    try response.sseSetup()
    while true {
      try await response.sseSend(Event(Date.now.formatted(.iso8601)))
      try await Task.sleep(for: tick)
    }
  }
  app.use(try staticFiles(from: folder))
  let port = environment["PORT"].flatMap { Int($0) } ?? 3000
  return try await app.listen(host: "127.0.0.1", port: port, on: loops)
}

@Suite("A clock")
struct ClockTests {
  @Test("a clock ticks beside its page, on the port it is told")
  func ticks() async throws {
    let folder = try TemporaryFolder()
    try folder.write("<!doctype html>", to: "index.html")
    let loops = try EventLoop.start(count: 2)
    defer { for loop in loops { loop.stop() } }
    let port = try freePort()
    let server = try await serveClock(
      folder: folder.path, environment: ["PORT": "\(port)"], tick: .milliseconds(1), on: loops)
    #expect(server.port == port)

    let page = try Client(port: port).get("/")
    #expect(page.text == "<!doctype html>")
    let times = try Client.stream(port, "/events").events(3).map(\.data)
    #expect(times == times.sorted())
    for time in times { _ = try Date(time, strategy: .iso8601) }
    await server.stop(patience: .zero)
  }

  /// One that the system had to give a moment ago.
  private func freePort() throws -> Int {
    try ListeningSocket.open(host: "127.0.0.1", port: 0)[0].port
  }
}
