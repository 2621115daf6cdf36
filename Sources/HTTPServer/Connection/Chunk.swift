/// Chunked transfer coding (RFC 9112, section 7.1).
public enum Chunk {
  /// The bytes as one chunk; an empty one would be the last.
  public static func framed(_ bytes: [UInt8]) -> [UInt8] {
    var chunk = [UInt8]()
    chunk.reserveCapacity(bytes.count + 12)
    chunk.append(contentsOf: String(bytes.count, radix: 16).utf8)
    chunk.append(contentsOf: [.carriageReturn, .lineFeed])
    chunk.append(contentsOf: bytes)
    chunk.append(contentsOf: [.carriageReturn, .lineFeed])
    return chunk
  }

  /// The last chunk, without trailers.
  public static let last = [UInt8]("0\r\n\r\n".utf8)
}
