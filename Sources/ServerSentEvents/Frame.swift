import HTTPServer

/// An event encoded once for a whole audience, chunk framing included.
final class Frame: Sendable {
  /// Which state it is the newest of; `nil` for a message, which replaces nothing.
  let channel: String?
  /// Grows with every frame of an audience: a screen is never sent an older one.
  let sequence: UInt64
  private let bytes: [UInt8]
  private let payload: Range<Int>

  init(_ payload: [UInt8], channel: String?, sequence: UInt64) {
    self.channel = channel
    self.sequence = sequence
    bytes = Chunk.framed(payload)
    // The chunk ends in a line break of its own.
    self.payload = (bytes.count - 2 - payload.count)..<(bytes.count - 2)
  }

  func bytes(isChunked: Bool) -> ArraySlice<UInt8> { isChunked ? bytes[...] : bytes[payload] }
}
