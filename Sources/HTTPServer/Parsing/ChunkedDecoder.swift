/// Decodes a chunked body that arrives in pieces (RFC 9112, section 7.1).
///
/// It keeps nothing but its place: the bytes go straight into the body, and extensions and trailer
/// fields are checked and dropped. As strict as the head's parser, and for the same reason.
struct ChunkedDecoder {
  private let limits: RequestLimits
  private var state = State.size(digits: 0)
  /// What is left of the chunk, or its size as far as it is read.
  private var remaining = 0
  private var bodyBytes = 0
  private var extensionBytes = 0
  private var trailerBytes = 0
  private var trailers = 0

  private enum State {
    case size(digits: Int)
    case chunkExtension
    case sizeLineFeed
    case data
    case dataReturn
    case dataLineFeed
    case trailerStart
    case trailerName
    case trailerValue
    case trailerLineFeed
    case finalLineFeed
    case complete
  }

  /// All chunk extensions of a body together. Nobody sends any; without a limit they are a way to
  /// keep a server busy with no body at all.
  static let maxExtensionBytes = 1024
  /// Fifteen hexadecimal digits fit an `Int`, and no honest size has as many.
  static let maxSizeDigits = 15

  init(limits: RequestLimits) { self.limits = limits }

  /// Appends what is decoded to the body. All bytes are consumed until the body is complete; those
  /// after that are the next request's.
  /// - Throws: `HTTPError` 400, 413 or 431; the connection is of no use from then on.
  mutating func decode(
    _ bytes: Span<UInt8>, into body: inout [UInt8]
  ) throws(HTTPError) -> (consumed: Int, isComplete: Bool) {
    var index = 0
    while index < bytes.count {
      switch state {
      case .complete: return (index, true)
      case .data:
        let end = index + min(remaining, bytes.count - index)
        body.append(contentsOf: bytes.extracting(index..<end))
        remaining -= end - index
        index = end
        if remaining == 0 { state = .dataReturn }
      default:
        state = try next(after: bytes[index])
        index += 1
      }
    }
    if case .complete = state { return (index, true) }
    return (index, false)
  }

  private mutating func next(after byte: UInt8) throws(HTTPError) -> State {
    switch state {
    case .size(let digits): return try size(byte, after: digits)
    case .chunkExtension:
      if byte == .carriageReturn { return .sizeLineFeed }
      extensionBytes += 1
      guard extensionBytes <= Self.maxExtensionBytes, byte.isText else { throw Self.malformed }
      return .chunkExtension
    case .sizeLineFeed:
      return try expect(.lineFeed, in: byte, then: remaining == 0 ? .trailerStart : .data)
    case .dataReturn: return try expect(.carriageReturn, in: byte, then: .dataLineFeed)
    case .dataLineFeed: return try expect(.lineFeed, in: byte, then: .size(digits: 0))
    case .trailerStart, .trailerName, .trailerValue, .trailerLineFeed: return try trailer(byte)
    case .finalLineFeed: return try expect(.lineFeed, in: byte, then: .complete)
    case .data, .complete: preconditionFailure("these take no single byte")
    }
  }

  private func expect(
    _ expected: UInt8, in byte: UInt8, then next: State
  ) throws(HTTPError) -> State {
    guard byte == expected else { throw Self.malformed }
    return next
  }

  // MARK: Sizes

  private mutating func size(_ byte: UInt8, after digits: Int) throws(HTTPError) -> State {
    if let digit = byte.hexDigitValue {
      guard digits < Self.maxSizeDigits else { throw Self.malformed }
      remaining = remaining << 4 | Int(digit)
      return .size(digits: digits + 1)
    }
    guard digits > 0 else { throw Self.malformed }
    guard remaining <= limits.maxBodyBytes - bodyBytes else { throw .bodyTooLarge(limits) }
    bodyBytes += remaining
    // No space before these: it could hide what another reader takes for the size.
    switch byte {
    case .carriageReturn: return .sizeLineFeed
    case UInt8(ascii: ";"): return .chunkExtension
    default: throw Self.malformed
    }
  }

  // MARK: Trailer fields

  private mutating func trailer(_ byte: UInt8) throws(HTTPError) -> State {
    if case .trailerStart = state, byte == .carriageReturn { return .finalLineFeed }
    trailerBytes += 1
    guard trailerBytes <= limits.maxFieldsBytes else { throw .tooManyFields }
    switch state {
    case .trailerStart:
      trailers += 1
      guard trailers <= limits.maxFields else { throw .tooManyFields }
      guard byte.isTokenByte else { throw Self.malformed }
      return .trailerName
    case .trailerName:
      if byte == UInt8(ascii: ":") { return .trailerValue }
      guard byte.isTokenByte else { throw Self.malformed }
      return .trailerName
    case .trailerLineFeed: return try expect(.lineFeed, in: byte, then: .trailerStart)
    default:
      if byte == .carriageReturn { return .trailerLineFeed }
      guard byte.isText else { throw Self.malformed }
      return .trailerValue
    }
  }

  private static var malformed: HTTPError {
    HTTPError(.badRequest, "Send the body in well-formed chunks, or with Content-Length.")
  }
}

extension UInt8 {
  fileprivate var isText: Bool { !isControl || self == UInt8(ascii: "\t") }
}
