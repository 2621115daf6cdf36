/// Collects a request's body, however it is framed.
struct BodyReader {
  private enum Framing {
    case length(Int)
    case chunked(ChunkedDecoder)
  }

  private(set) var body: [UInt8] = []
  private(set) var isComplete = false
  private var framing: Framing

  init(_ framing: BodyFraming, limits: RequestLimits) {
    switch framing {
    case .none: self.framing = .length(0)
    case .length(let count): self.framing = .length(count)
    case .chunked: self.framing = .chunked(ChunkedDecoder(limits: limits))
    }
  }

  /// Takes what belongs to the body.
  /// - Returns: how many of the bytes that were.
  mutating func read(_ bytes: Span<UInt8>) throws(HTTPError) -> Int {
    switch framing {
    case .length(let total):
      let count = min(total - body.count, bytes.count)
      body.append(contentsOf: bytes.extracting(0..<count))
      isComplete = body.count == total
      return count
    case .chunked(var decoder):
      let (consumed, isComplete) = try decoder.decode(bytes, into: &body)
      framing = .chunked(decoder)
      self.isComplete = isComplete
      return consumed
    }
  }
}
