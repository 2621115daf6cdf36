import EventLoop
import Platform

/// A keep-alive connection that sends one request at a time, and connects when it first has to. It
/// belongs to its loop.
final class ClientConnection {
  enum Outcome: Sendable {
    case responded(HTTPResponse)
    /// The request was sent, and what came of it is unknown.
    case unanswered
    /// The request could not even be sent.
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
  private let onIdleClose: () -> Void

  /// - Parameter onIdleClose: called when the server closes the connection between two requests.
  init(to address: SocketAddress, on loop: EventLoop, onIdleClose: @escaping () -> Void = {}) {
    self.address = address
    self.loop = loop
    self.onIdleClose = onIdleClose
  }

  /// Sends a request; one that has no response yet traps.
  func send(_ request: [UInt8], completion: @escaping (Outcome) -> Void) {
    precondition(self.completion == nil, "one request at a time")
    self.request = request
    self.completion = completion
    do throws(SystemError) {
      if let socket { try socket.descriptor.send(request) } else { try connect() }
    } catch {
      end(.notSent(error))
    }
  }

  /// Waits for a response no longer, and closes the connection.
  func close() { end(.unanswered) }

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
      let count = try unsafe withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) {
        buffer in
        let count = try unsafe socket.descriptor.receive(into: buffer)
        if let count { unsafe received += UnsafeRawBufferPointer(rebasing: buffer[..<count]) }
        return count
      }
      guard let count else { return }
      if completion == nil { return endIdle() }
      if count == 0 { return end(.unanswered) }
      guard let response = try HTTPResponse(received) else { return }
      received.removeAll(keepingCapacity: true)
      if response.isPersistent {
        complete(.responded(response))
      } else {
        end(.responded(response))
      }
    } catch {
      // Cut off, or no response anyone could read.
      if completion == nil { endIdle() } else { end(.unanswered) }
    }
  }

  /// The server closes a connection that nothing was asked on, or says what nobody asked.
  private func endIdle() {
    end(.unanswered)
    onIdleClose()
  }

  private func end(_ outcome: Outcome) {
    if let socket { loop.unwatch(socket.descriptor) }
    socket = nil
    received = []
    complete(outcome)
  }

  private func complete(_ outcome: Outcome) {
    // It may send the next request at once.
    completion.take()?(outcome)
  }
}

extension Descriptor {
  /// Sends a request; it is shorter than what an empty socket takes at once.
  func send(_ request: [UInt8]) throws(SystemError) {
    _ = try unsafe request.withUnsafeBufferPointer { bytes throws(SystemError) in
      try unsafe send(UnsafeRawBufferPointer(bytes))
    }
  }
}
