import EventLoop
import Platform

/// A keep-alive connection that asks one thing at a time, and connects when it first has to. It
/// belongs to its loop.
final class Voter {
  enum Outcome: Sendable {
    case answered(Answer)
    /// It was asked, and what came of it is unknown.
    case unanswered
    /// It could not even be asked.
    case notSent(SystemError)
  }

  /// An open connection; a class, so that there can be none.
  private final class Socket {
    let descriptor: Descriptor
    var isConnecting = true
    init(to address: SocketAddress) throws(SystemError) {
      descriptor = try Descriptor(connectingTo: address)
    }
  }

  private let address: SocketAddress
  private let loop: EventLoop
  private var socket: Socket?
  private var request: [UInt8] = []
  private var received: [UInt8] = []
  private var completion: ((Outcome) -> Void)?

  init(to address: SocketAddress, on loop: EventLoop) {
    self.address = address
    self.loop = loop
  }

  /// Sends a request; one that asks already traps.
  func ask(_ request: [UInt8], completion: @escaping (Outcome) -> Void) {
    precondition(self.completion == nil, "one request at a time")
    self.request = request
    self.completion = completion
    do throws(SystemError) {
      if let socket { try socket.descriptor.send(request) } else { try connect() }
    } catch {
      end(.notSent(error))
    }
  }

  /// Waits for an answer no longer, and closes the connection.
  func leave() { end(.unanswered) }

  private func connect() throws(SystemError) {
    let socket = try Socket(to: address)
    try loop.watch(socket.descriptor, for: .writable) { _, _ in self.ready() }
    self.socket = socket
  }

  private func ready() {
    guard let socket else { return }
    if !socket.isConnecting { return receive(from: socket) }
    do throws(SystemError) {
      try socket.descriptor.finishConnecting()
      socket.isConnecting = false
      try loop.setInterest(.readable, in: socket.descriptor)
      try socket.descriptor.send(request)
    } catch {
      end(.notSent(error))
    }
  }

  private func receive(from socket: Socket) {
    do {
      let count = try withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
        let count = try socket.descriptor.receive(into: buffer)
        if let count { received += UnsafeRawBufferPointer(rebasing: buffer[..<count]) }
        return count
      }
      guard let count else { return }
      if count == 0 || completion == nil { return end(.unanswered) }
      guard let answer = try Answer(received) else { return }
      received.removeAll(keepingCapacity: true)
      if answer.isPersistent { complete(.answered(answer)) } else { end(.answered(answer)) }
    } catch {
      // Cut off, or no answer anyone could read.
      end(.unanswered)
    }
  }

  private func end(_ outcome: Outcome) {
    if let socket { loop.unwatch(socket.descriptor) }
    socket = nil
    received = []
    complete(outcome)
  }

  private func complete(_ outcome: Outcome) {
    // It may ask the next thing at once.
    completion.take()?(outcome)
  }
}

extension Descriptor {
  /// Sends a request; it is shorter than what an empty socket takes at once.
  func send(_ request: [UInt8]) throws(SystemError) {
    _ = try request.withUnsafeBufferPointer { bytes throws(SystemError) in
      try send(UnsafeRawBufferPointer(bytes))
    }
  }
}
