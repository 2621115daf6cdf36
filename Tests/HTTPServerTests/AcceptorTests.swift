import EventLoop
import Foundation
import Platform
import Synchronization
import TestSupport
import Testing

@testable import HTTPServer

@Suite("Acceptor", .timeLimit(.minutes(5)))
struct AcceptorTests {
  private static func acceptor(
    on socket: consuming Descriptor, _ loop: EventLoop, log: Log = .silent
  ) throws -> Acceptor {
    let address = try #require(try SocketAddress.resolve(host: "127.0.0.1", port: 1).first)
    return Acceptor(
      [ListeningSocket(socket, at: address)], workers: [], counter: ConnectionCounter(max: 1),
      log: log, on: loop)
  }

  @Test("a socket that cannot be watched is an error at start")
  func unwatchable() async throws {
    let loop = try EventLoop(name: "acceptor")
    defer { loop.stop() }
    let acceptor = try Self.acceptor(on: try Descriptor(readingFrom: #filePath), loop)
    await #expect(throws: SystemError.self) { try await acceptor.start() }
  }

  @Test("a socket that fails is tried again and again, and the log hears of it once")
  func failing() async throws {
    let clock = ManualClock()
    let loop = try EventLoop(name: "acceptor", clock: .manual(clock))
    defer { loop.stop() }
    let lines = Mutex<[String]>([])
    // It does not listen: every attempt to take a connection from it fails.
    let acceptor = try Self.acceptor(
      on: Descriptor(owning: makeSocket()), loop,
      log: Log { line in lines.withLock { $0.append(line) } })
    try await acceptor.start()
    try await eventually { lines.withLock { $0.count } == 1 }
    for _ in 1...20 { clock.advance(by: .milliseconds(100)) }
    await acceptor.stop()
    #expect(
      lines.withLock { $0 } == ["connections wait until there is room: accept: Invalid argument"])
  }
}

private func makeSocket() -> Int32 {
  #if canImport(Glibc)
    socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
  #else
    socket(AF_INET, SOCK_STREAM, 0)
  #endif
}
