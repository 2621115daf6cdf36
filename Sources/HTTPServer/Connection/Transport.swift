import EventLoop
import Platform

/// The socket of a connection, and what it has not taken yet: bytes of its own, and then perhaps the
/// rest of a large body. It belongs to its connection, and holds the connection's slot.
struct Transport: ~Copyable {
  enum State {
    /// All is sent.
    case clear
    /// The socket takes no more for now.
    case full
    /// The peer has gone. Nothing is sent any more.
    case broken
  }

  private let socket: Descriptor
  private let slot: ConnectionSlot
  private let loop: EventLoop
  private var interest = Interest.readable
  private var unsent = ByteQueue()
  /// Behind `unsent`: it is not copied.
  private var body: ArraySlice<UInt8> = []
  /// The body's bytes are also somebody else's, who keeps them in any case.
  private var isBodyShared = false
  private(set) var isBroken = false
  /// The socket has taken something since the last `flush`.
  private var hasProgressed = false

  init(
    _ socket: consuming Descriptor, _ slot: consuming ConnectionSlot, on loop: EventLoop,
    onReady: @escaping ReadinessHandler
  ) throws(SystemError) {
    self.socket = socket
    self.slot = slot
    self.loop = loop
    try loop.watch(self.socket, for: interest, onReady: onReady)
  }

  var hasUnsent: Bool { !unsent.isEmpty || !body.isEmpty }

  /// The memory that what was not sent takes.
  var heldBytes: Int { unsent.capacity + (isBodyShared ? 0 : body.count) }

  /// `nil` where the peer has gone.
  var peerAddress: PeerAddress? { socket.peerAddress() }

  /// See `Descriptor.receive`.
  mutating func receive(into buffers: SharedBuffers) throws(SystemError) -> Int? {
    try buffers.receive(from: socket)
  }

  // MARK: Sending

  /// Adds bytes, which go out with the next `flush`.
  mutating func append(_ bytes: [UInt8]) {
    if !isBroken { unsent.append(bytes) }
  }

  mutating func append(_ bytes: Span<UInt8>) {
    if !isBroken { unsent.append(bytes) }
  }

  /// Sends a response as far as the socket takes it, behind what is here. `flush` tells the outcome.
  mutating func send(
    _ response: Span<UInt8>, then rest: ArraySlice<UInt8>, isShared: Bool
  ) {
    do throws(SystemError) {
      if isBroken { return }
      let count = hasUnsent ? 0 : try write(response)
      hasProgressed = count > 0
      if count < response.count { unsent.append(response.extracting(droppingFirst: count)) }
      (body, isBodyShared) = (rest, isShared)
    } catch {
      abort()
    }
  }

  /// Gives the socket what it takes.
  /// - Returns: what is left, and whether the socket has taken something since the last call.
  mutating func flush() -> (State, progressed: Bool) {
    do throws(SystemError) {
      if !unsent.isEmpty { try sendUnsent() }
      if unsent.isEmpty, !body.isEmpty { try sendBody() }
    } catch {
      abort()
    }
    defer { hasProgressed = false }
    return (isBroken ? .broken : hasUnsent ? .full : .clear, hasProgressed)
  }

  private mutating func sendUnsent() throws(SystemError) {
    let queue = unsent
    let count = try write(queue.bytes.span.extracting(droppingFirst: queue.start))
    unsent.drop(count)
    if count > 0 { hasProgressed = true }
  }

  private mutating func sendBody() throws(SystemError) {
    let rest = body
    let count = try write(rest.span)
    body = count == rest.count ? [] : rest.dropFirst(count)
    if count > 0 { hasProgressed = true }
  }

  private func write(_ bytes: Span<UInt8>) throws(SystemError) -> Int {
    try unsafe bytes.withUnsafeBytes { buffer throws(SystemError) in try unsafe socket.send(buffer)
    }
  }

  /// Says that nothing more will be sent, after what was sent.
  mutating func finishSending() { socket.finishSending() }

  /// Nothing more can be sent.
  private mutating func abort() {
    isBroken = true
    unsent = ByteQueue()
    body = []
  }

  // MARK: The loop

  /// Asks to hear when the socket takes more, if there is more, and when more has arrived, if that
  /// is wanted. Asking for the same again costs nothing.
  /// - Returns: whether the loop can tell.
  mutating func updateInterest(reads: Bool) -> Bool {
    var wanted: Interest = hasUnsent ? .writable : []
    if reads { wanted.insert(.readable) }
    if wanted == interest { return true }
    do throws(SystemError) {
      try loop.setInterest(wanted, in: socket)
      interest = wanted
      return true
    } catch {
      abort()
      return false
    }
  }

  /// Ends the connection.
  consuming func close() { loop.unwatch(socket) }

  /// Gives up the socket, with the bytes it has not taken.
  consuming func detach(isChunked: Bool) -> DetachedStream {
    loop.unwatch(socket)
    return DetachedStream(socket, slot, unsent: unsent.takeAll(), isChunked: isChunked)
  }
}
