import HTTPServer

/// An event encoded once for a whole audience, chunk framing included.
final class Frame: Sendable {
  enum Kind: Equatable {
    /// The newest of its channel counts, and it alone.
    case state(channel: String)
    /// Everyone gets it who is there.
    case message
    /// Says that the stream is alive; worth nothing later.
    case heartbeat
  }

  let kind: Kind
  private let bytes: [UInt8]
  private let payload: Range<Int>

  init(_ payload: [UInt8], _ kind: Kind) {
    self.kind = kind
    bytes = Chunk.framed(payload)
    // The chunk ends in a line break of its own.
    self.payload = (bytes.count - 2 - payload.count)..<(bytes.count - 2)
  }

  func bytes(isChunked: Bool) -> ArraySlice<UInt8> { isChunked ? bytes[...] : bytes[payload] }
}

extension [Frame] {
  /// Adds a frame at the end; a state takes the one before it out.
  mutating func add(_ frame: Frame) {
    if case .state = frame.kind { removeAll { $0.kind == frame.kind } }
    append(frame)
  }

  /// All of them, one after the other.
  func bytes(isChunked: Bool) -> ArraySlice<UInt8> {
    if count == 1 { return self[0].bytes(isChunked: isChunked) }
    return ArraySlice(lazy.map { $0.bytes(isChunked: isChunked) }.joined())
  }
}
