public import EventLoop

/// An open response body without a connection around it: a socket and what belongs to it.
/// It closes with its owner.
public struct DetachedStream: ~Copyable, Sendable {
  private let socket: Descriptor
  private let place: ConnectionPlace
  /// The head, and whatever else was not sent yet. It goes first.
  public let unsent: [UInt8]
  public let isChunked: Bool

  init(
    _ socket: consuming Descriptor, _ place: consuming ConnectionPlace, unsent: [UInt8],
    isChunked: Bool
  ) {
    self.socket = socket
    self.place = place
    self.unsent = unsent
    self.isChunked = isChunked
  }

  /// The number that `DescriptorOwner.ready` is told.
  public var key: Int32 { socket.key }

  /// See `Descriptor.send`.
  public func send(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> Int {
    try socket.send(bytes)
  }

  /// See `Descriptor.receive`.
  public func receive(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int? {
    try socket.receive(into: buffer)
  }

  public func watch(
    on loop: EventLoop, for interest: Interest, owner: any DescriptorOwner
  ) throws(SystemError) {
    try loop.watch(socket, for: interest, owner: owner)
  }

  public func setInterest(_ interest: Interest, on loop: EventLoop) throws(SystemError) {
    try loop.setInterest(interest, in: socket)
  }

  public func unwatch(on loop: EventLoop) { loop.unwatch(socket) }
}
