import HTTPServer
import Synchronization

/// An event encoded once for a whole audience, chunk framing included; at first use, by whoever
/// comes first.
final class Frame: Sendable {
  enum Kind: Equatable {
    /// The newest of its channel counts, and it alone.
    case state(channel: String)
    /// Everyone gets it who is there.
    case message
    /// Says that the stream is alive; worth nothing later.
    case heartbeat
  }

  private enum Content {
    case event(@Sendable () -> Event)
    case encoded(Encoded)
  }

  private struct Encoded {
    let bytes: [UInt8]
    let payload: Range<Int>

    init(_ payload: [UInt8]) {
      if payload.isEmpty {
        // A chunk of no bytes would be the last.
        (bytes, self.payload) = ([], 0..<0)
        return
      }
      bytes = Chunk.framed(payload)
      // The chunk ends in a line break of its own.
      self.payload = (bytes.count - 2 - payload.count)..<(bytes.count - 2)
    }
  }

  let kind: Kind
  /// Whose it is; `nil` for everyone.
  let topic: Topic?
  /// Among the messages of an audience with a history; 0 for all else.
  let number: Int
  private let content: Mutex<Content>

  init(_ payload: [UInt8], _ kind: Kind, topic: Topic? = nil) {
    self.kind = kind
    self.topic = topic
    number = 0
    content = Mutex(.encoded(Encoded(payload)))
  }

  init(
    _ kind: Kind, topic: Topic? = nil, number: Int = 0,
    making event: @escaping @Sendable () -> Event
  ) {
    self.kind = kind
    self.topic = topic
    self.number = number
    content = Mutex(.event(event))
  }

  /// Makes the event and encodes it, where that has not been done.
  func make() { _ = encoded }

  var byteCount: Int { encoded.bytes.count }

  func bytes(isChunked: Bool) -> ArraySlice<UInt8> {
    let encoded = encoded
    return isChunked ? encoded.bytes[...] : encoded.bytes[encoded.payload]
  }

  private var encoded: Encoded {
    content.withLock { content in
      switch content {
      case .encoded(let encoded): return encoded
      case .event(let event):
        let encoded = Encoded(event().bytes)
        content = .encoded(encoded)
        return encoded
      }
    }
  }
}

extension [Frame] {
  /// Adds a frame at the end; a state takes the one before it out.
  mutating func add(_ frame: Frame) {
    if case .state = frame.kind {
      removeAll { $0.kind == frame.kind && $0.topic === frame.topic }
    }
    append(frame)
  }

  /// All of them, one after the other.
  func bytes(isChunked: Bool) -> ArraySlice<UInt8> {
    self[...].bytes(isChunked: isChunked)
  }
}

extension ArraySlice<Frame> {
  /// All of them, one after the other.
  func bytes(isChunked: Bool) -> ArraySlice<UInt8> {
    if count == 1 { return self[startIndex].bytes(isChunked: isChunked) }
    return ArraySlice<UInt8>(lazy.map { $0.bytes(isChunked: isChunked) }.joined())
  }
}
