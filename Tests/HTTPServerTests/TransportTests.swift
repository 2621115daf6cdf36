import EventLoop
import Platform
import TestSupport
import Testing

@testable import HTTPServer

@Suite("Transport", .timeLimit(.minutes(5)))
struct TransportTests {
  /// Runs the body on a loop, with a connected socket whose client reads nothing by itself.
  private func withTransport(
    _ body: @escaping @Sendable (inout Transport, ConnectionCounter) throws -> Void,
    then check: (Client) throws -> Void = { _ in }
  ) async throws {
    let loop = try EventLoop(name: "transport")
    defer { loop.stop() }
    let listener = try #require(try ListeningSocket.open(host: "127.0.0.1", port: 0).first)
    let client = try Client(port: listener.port, takesLittle: true)
    let outcome = try await accepted(from: listener, on: loop, body)
    try outcome.get()
    try check(client)
  }

  private func accepted(
    from listener: ListeningSocket, on loop: EventLoop,
    _ body: @escaping @Sendable (inout Transport, ConnectionCounter) throws -> Void
  ) async throws -> Result<Void, any Error> {
    while true {
      guard case .connection(let socket) = try listener.accept() else {
        await Task.yield()
        continue
      }
      let number = socket.release()
      return await withCheckedContinuation { continuation in
        loop.transfer(Descriptor(owning: number)) { socket in
          continuation.resume(returning: Self.run(body, with: socket, on: loop))
        }
      }
    }
  }

  private static func run(
    _ body: (inout Transport, ConnectionCounter) throws -> Void,
    with socket: consuming Descriptor, on loop: EventLoop
  ) -> Result<Void, any Error> {
    let counter = ConnectionCounter(max: 1)
    _ = counter.take()
    do {
      var transport = try Transport(
        socket, ConnectionSlot(takenFrom: counter), on: loop, onReady: { _, _ in })
      try body(&transport, counter)
      transport.close()
    } catch {
      return .failure(error)
    }
    #expect(counter.count == 0)
    return .success(())
  }

  private static let large = [UInt8](repeating: UInt8(ascii: "x"), count: 16 << 20)

  @Test("what the socket takes is sent at once, and nothing is kept")
  func sendsAtOnce() async throws {
    try await withTransport { transport, _ in
      transport.send([UInt8]("head".utf8).span, then: [UInt8]("body".utf8)[...], isShared: false)
      let (state, progressed) = transport.flush()
      #expect(state == .clear && progressed)
      let (hasUnsent, heldBytes) = (transport.hasUnsent, transport.heldBytes)
      #expect(!hasUnsent && heldBytes == 0)
    } then: { client in
      let bytes = try client.readToEnd()
      #expect(bytes == [UInt8]("headbody".utf8))
    }
  }

  @Test("what the socket does not take is kept: copied from a head, counted from a body of its own")
  func keepsTheRest() async throws {
    let large = Self.large
    try await withTransport { transport, _ in
      transport.send(large.span, then: large[...], isShared: true)
      var (state, progressed) = transport.flush()
      #expect(state == .full && progressed)
      // The shared body is nobody's; the rest of the head is its own.
      let heldBytes = transport.heldBytes
      #expect(heldBytes > 0 && heldBytes < 2 * large.count)
      (state, progressed) = transport.flush()
      #expect(state == .full && !progressed)
    }
    try await withTransport { transport, _ in
      let nothing: [UInt8] = []
      transport.send(nothing.span, then: large[...], isShared: false)
      let state = transport.flush().0
      let heldBytes = transport.heldBytes
      #expect(state == .full && heldBytes > large.count / 4)
    }
    try await withTransport { transport, _ in
      let nothing: [UInt8] = []
      transport.send(nothing.span, then: large[...], isShared: true)
      let state = transport.flush().0
      let (hasUnsent, heldBytes) = (transport.hasUnsent, transport.heldBytes)
      #expect(state == .full && hasUnsent && heldBytes == 0)
    }
  }

  @Test("appended bytes wait for the flush")
  func appends() async throws {
    try await withTransport { transport, _ in
      transport.append([1, 2])
      transport.append([3].span)
      let hasUnsent = transport.hasUnsent
      let state = transport.flush().0
      #expect(hasUnsent && state == .clear)
    } then: { client in
      let bytes = try client.readToEnd()
      #expect(bytes == [1, 2, 3])
    }
  }

  @Test("the slot is given back with the socket")
  func givesSlotBack() async throws {
    try await withTransport { transport, counter in
      #expect(counter.count == 1)
      #expect(!counter.take())
      let canTell = transport.updateInterest(reads: false) && transport.updateInterest(reads: true)
      #expect(canTell)
    }
  }
}
