import EventLoop
import Platform

/// The socket of a connection, and what it has not taken yet: bytes, and then perhaps a part of a
/// file. It belongs to its connection, and holds the connection's place among those of the server.
struct Transport: ~Copyable {
  enum State {
    /// All is sent.
    case clear
    /// The socket takes no more for now.
    case full
    /// The peer has gone, or a file was not what it had been. Nothing is sent any more.
    case broken
  }

  private let socket: Descriptor
  private let place: ConnectionSlot
  private let loop: EventLoop
  private let writeTimeout: Duration
  private var interest = Interest.readable
  private var unsent = ByteQueue()
  private var file: FileBody?
  /// When the peer must have taken more; `nil` while nothing waits for it.
  private(set) var deadline: Instant?
  private(set) var isBroken = false

  init(
    _ socket: consuming Descriptor, _ place: consuming ConnectionSlot, on loop: EventLoop,
    writeTimeout: Duration, onReady: @escaping ReadinessHandler
  ) throws(SystemError) {
    self.socket = socket
    self.place = place
    self.loop = loop
    self.writeTimeout = writeTimeout
    try loop.watch(self.socket, for: interest, onReady: onReady)
  }

  var hasUnsent: Bool { !unsent.isEmpty || file != nil }

  /// See `Descriptor.receive`.
  func receive(into workspace: SharedBuffers) throws(SystemError) -> Int? {
    try workspace.receive(from: socket)
  }

  // MARK: Sending

  /// Adds bytes, which go out with the next `flush`.
  mutating func append(_ bytes: [UInt8]) { unsent.append(bytes) }

  mutating func append(_ bytes: borrowing Span<UInt8>) { unsent.append(bytes) }

  /// Sends a response as far as the socket takes it, behind what is here.
  mutating func send(_ response: borrowing Span<UInt8>, then file: FileBody? = nil) {
    do throws(SystemError) {
      let count = hasUnsent ? 0 : try give(response)
      if count < response.count {
        unsent.append(response.extracting(droppingFirst: count))
        expectProgress(after: count)
        self.file = file
      } else if let file {
        self.file = file
        flush()
      }
    } catch {
      breakOff()
    }
  }

  /// Pieces of a file that go out in one turn of the loop, so that a fast reader of a large file
  /// does not keep the loop to itself.
  private static let piecesMax = 4

  /// Gives the socket what it takes.
  @discardableResult
  mutating func flush() -> State {
    do throws(SystemError) {
      for _ in 0..<Self.piecesMax where hasUnsent {
        guard try refill() else {
          breakOff()
          break
        }
        let count = try give(unsent.bytes.span.extracting(droppingFirst: unsent.start))
        unsent.drop(count)
        expectProgress(after: count)
        if !unsent.isEmpty { break }
      }
    } catch {
      breakOff()
    }
    if isBroken { return .broken }
    if hasUnsent { return .full }
    deadline = nil
    return .clear
  }

  /// Says that nothing more will be sent, after what was sent.
  func finishSending() { socket.finishSending() }

  private func give(_ bytes: borrowing Span<UInt8>) throws(SystemError) -> Int {
    try bytes.withUnsafeBytes { buffer throws(SystemError) in try socket.send(buffer) }
  }

  /// Reads on in the file where there are no bytes left. False when it has shrunk: what its length
  /// promised cannot be sent, and the client must see that.
  private mutating func refill() throws(SystemError) -> Bool {
    guard unsent.isEmpty, let file else { return true }
    let piece = try file.read(upTo: FileBody.pieceBytesMax)
    if piece.isEmpty { return false }
    unsent.append(piece)
    if file.count == 0 { self.file = nil }
    return true
  }

  private mutating func expectProgress(after count: Int) {
    if count > 0 || deadline == nil { deadline = .now + writeTimeout }
  }

  /// Nothing more can be sent.
  mutating func breakOff() {
    isBroken = true
    unsent = ByteQueue()
    file = nil
    deadline = nil
  }

  // MARK: The loop

  /// Asks to hear when the socket takes more, if there is more, and when more has arrived, if that
  /// is wanted. Asking for the same again costs nothing.
  mutating func listen(forMore reads: Bool) {
    var wanted: Interest = hasUnsent ? .writable : []
    if reads { wanted.insert(.readable) }
    if wanted == interest { return }
    do throws(SystemError) {
      try loop.setInterest(wanted, in: socket)
      interest = wanted
    } catch {
      breakOff()
    }
  }

  /// Ends the connection.
  consuming func close() { loop.unwatch(socket) }

  /// Gives up the socket, with the bytes it has not taken.
  consuming func detach(isChunked: Bool) -> DetachedStream {
    loop.unwatch(socket)
    return DetachedStream(socket, place, unsent: unsent.takeAll(), isChunked: isChunked)
  }
}
