import EventLoop
import Foundation
import Synchronization
import Testing

@testable import Platform

/// Tells a waiting test what its descriptor is ready for.
private final class Witness: Sendable {
  let (readiness, continuation) = AsyncStream.makeStream(of: Readiness.self)

  func report(_ descriptor: Int32, _ readiness: Readiness) { continuation.yield(readiness) }
}

/// Two ends of a connection, non-blocking.
private struct SocketPair: ~Copyable {
  var one: Descriptor
  var other: Descriptor

  init() throws {
    var ends: [Int32] = [0, 0]
    try systemCall("socketpair") { unsafe socketpair(AF_UNIX, Platform.streamSocket, 0, &ends) }
    for end in ends { try systemCall("fcntl") { fcntl(end, F_SETFL, O_NONBLOCK) } }
    one = Descriptor(owning: ends[0])
    other = Descriptor(owning: ends[1])
  }
}

private func send(_ bytes: [UInt8], to socket: borrowing Descriptor) throws -> Int {
  var sent = 0
  try unsafe bytes.withUnsafeBytes { sent = try unsafe socket.send($0) }
  return sent
}

private func receive(
  upTo bytesMax: Int = 16, from socket: borrowing Descriptor
) throws -> Int? {
  var buffer = [UInt8](repeating: 0, count: bytesMax)
  var received: Int?
  try unsafe buffer.withUnsafeMutableBytes { received = try unsafe socket.receive(into: $0) }
  return received
}

@Suite("A descriptor")
struct DescriptorTests {
  @Test("a descriptor is closed when its owner lets go of it")
  func closes() throws {
    let pair = try SocketPair()
    let one = pair.one
    _ = consume one
    // Not by its number, which is another's soon.
    let received = try receive(from: pair.other)
    #expect(received == 0)
  }

  @Test("a descriptor sends and receives, and says so when it would have to wait")
  func sendAndReceive() throws {
    let pair = try SocketPair()
    let nothing = try receive(from: pair.other)
    let sent = try send([1, 2, 3, 4, 5], to: pair.one)
    let received = try receive(from: pair.other)
    pair.one.finishSending()
    let end = try receive(from: pair.other)
    #expect(nothing == nil)
    #expect(sent == 5)
    #expect(received == 5)
    #expect(end == 0)
  }

  @Test("a descriptor that is full takes nothing more, until the peer has read")
  func full() throws {
    let pair = try SocketPair()
    let bytes = [UInt8](repeating: 1, count: 1 << 20)
    var sent = 0
    while case let count = try send(bytes, to: pair.one), count > 0 { sent += count }
    #expect(sent > 0)
    while try receive(upTo: 1 << 20, from: pair.other) != nil {}
    let more = try send(bytes, to: pair.one)
    #expect(more > 0)
  }

  @Test("a descriptor whose peer has gone throws EPIPE instead of a signal")
  func brokenPipe() throws {
    let pair = try SocketPair()
    let one = pair.one
    _ = consume pair.other
    var failure: SystemError?
    do {
      _ = try send([0], to: one)
    } catch {
      failure = error as? SystemError
    }
    #expect(failure?.errno == .brokenPipe)
  }

  @Test(
    "a descriptor that is watched tells its owner when something has arrived, and when the peer has left"
  )
  func watching() async throws {
    let loop = try EventLoop(name: "test")
    defer { loop.stop() }
    let witness = Witness()
    let pair = try SocketPair()
    let other = pair.other
    loop.transfer(pair.one) { one in
      // The loop is told nothing after `unwatch`, and the socket lives in the closure until then.
      try! loop.watch(one, for: .readable, onReady: witness.report)
      _ = one.release()
    }
    var readiness = witness.readiness.makeAsyncIterator()
    _ = try send([1], to: other)
    #expect(await readiness.next()?.contains(.readable) == true)
    other.finishSending()
    while let next = await readiness.next() {
      if next.contains(.endOfInput) { break }
    }
  }

  @Test("a descriptor has one watcher at a time")
  func oneWatcher() async {
    await #expect(processExitsWith: .failure) {
      let loop = try EventLoop(name: "test")
      let witness = Witness()
      loop.transfer(Descriptor(owning: Platform.makeSocket(AF_INET, Platform.streamSocket, 0))) {
        one in
        try! loop.watch(one, for: .readable, onReady: witness.report)
        try! loop.watch(one, for: .readable, onReady: witness.report)
      }
      // The trap ends this; nothing else would.
      for await _ in AsyncStream<Never>.makeStream().stream {}
    }
  }

  @Test("a descriptor of a file reads at any place and knows the file's size")
  func files() throws {
    let path = NSTemporaryDirectory() + UUID().uuidString
    try Data("0123456789".utf8).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let file = try Descriptor(readingFrom: path)
    let status = try file.status()
    let middle = try file.read(upTo: 4, at: 3)
    let rest = try file.read(upTo: 4, at: 8)
    let end = try file.read(upTo: 4, at: 10)
    #expect(status.size == 10)
    #expect(status.isRegularFile)
    #expect(middle == Array("3456".utf8))
    #expect(rest == Array("89".utf8))
    #expect(end.isEmpty)
  }

  @Test("a descriptor of a missing file says which call failed and why")
  func missing() {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID())").path
    var failure: SystemError?
    do throws(SystemError) {
      _ = try Descriptor(readingFrom: path)
    } catch {
      failure = error
    }
    #expect(failure == SystemError(call: "open", errno: .noSuchFile))
  }
}
