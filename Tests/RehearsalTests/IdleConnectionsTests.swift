import EventLoop
import HTTPServer
import Platform
import TestSupport
import Testing

@testable import Rehearsal

@Suite("The idle connections of a rehearsal")
struct IdleConnectionsTests {
  private func withIdleConnections(
    _ size: Int, port: Int, _ body: (IdleConnections) async throws -> Void
  ) async throws {
    let loop = try EventLoop(name: "test")
    defer { loop.stop() }
    let endpoint = Endpoint(host: "127.0.0.1", port: port)
    let server = FoundServer(endpoint: endpoint, address: try endpoint.addresses()[0])
    let idle = IdleConnections(size: size, at: server, on: loop)
    await idle.open()
    try await eventually { await idle.isDone }
    try await body(idle)
    await idle.close()
  }

  @Test("idle connections load the page once each, and count those that the server closes")
  func closed() async throws {
    let loops = try EventLoop.start(count: 1)
    defer { for loop in loops { loop.stop() } }
    var app = Application()
    app.get("/") { _, response in response.send("<!doctype html>", as: .html) }
    let server = try await app.listen(host: "127.0.0.1", port: 0, on: loops)
    try await withIdleConnections(100, port: server.port) { idle in
      // A machine that is slow enough has the server close some of them already.
      let count = await idle.count
      #expect(count.opened == 100 && count.failed == 0)
      await server.stop(patience: .zero)
      try await eventually { await idle.count.closed == 100 }
    }
  }

  @Test("idle connections that the server closes after the page count as closed")
  func closing() async throws {
    var app = Application()
    app.get("/") { _, response in
      response.set("Connection", "close")
      response.send("<!doctype html>", as: .html)
    }
    try await withServer(app) { port in
      try await withIdleConnections(10, port: port) { idle in
        #expect(await idle.count == IdleConnections.Count(opened: 10, closed: 10))
      }
    }
  }

  @Test("no idle connection is tried after one that fails")
  func failed() async throws {
    let port = try FreePort.some(1)[0]
    try await withIdleConnections(1000, port: port) { idle in
      let count = await idle.count
      #expect(count.opened == 0 && (1...64).contains(count.failed))
    }
  }
}
