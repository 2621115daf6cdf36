public import EventLoop
public import Platform

/// An open response body without a connection around it: a socket and what belongs to it.
/// It closes with its owner.
public struct DetachedStream: ~Copyable, Sendable {
  private let socket: Descriptor
  private let slot: ConnectionSlot
  /// The head, and whatever else was not sent yet. It goes first; whoever has sent it empties it.
  public var unsent: [UInt8]
  /// Whether what is sent has to be framed as chunks (RFC 9112, section 7.1), the last one of no
  /// bytes; with HTTP/1.0 the end of the connection is the end of the body.
  public let isChunked: Bool

  init(
    _ socket: consuming Descriptor, _ slot: consuming ConnectionSlot, unsent: [UInt8],
    isChunked: Bool
  ) {
    self.socket = socket
    self.slot = slot
    self.unsent = unsent
    self.isChunked = isChunked
  }

  /// The number that a `ReadinessHandler` is told.
  public var key: Int32 { socket.key }

  /// For sending without a look at the owner.
  package var number: SocketNumber { SocketNumber(of: socket) }

  /// See `Descriptor.send`.
  public func send(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> Int {
    try unsafe socket.send(bytes)
  }

  /// See `Descriptor.limitSendBuffer`.
  public func limitSendBuffer(bytes: Int) { socket.limitSendBuffer(bytes: bytes) }

  /// See `Descriptor.receive`.
  public func receive(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int? {
    try unsafe socket.receive(into: buffer)
  }

  /// See `EventLoop.watch`. On the loop that it was detached on, which is `Response.loop`.
  public func watch(
    on loop: EventLoop, for interest: Interest, onReady: @escaping ReadinessHandler
  ) throws(SystemError) {
    try loop.watch(socket, for: interest, onReady: onReady)
  }

  /// See `EventLoop.setInterest`.
  public func setInterest(_ interest: Interest, on loop: EventLoop) throws(SystemError) {
    try loop.setInterest(interest, in: socket)
  }

  /// See `EventLoop.unwatch`; to be called before its owner lets go of it.
  public func unwatch(on loop: EventLoop) { loop.unwatch(socket) }
}
