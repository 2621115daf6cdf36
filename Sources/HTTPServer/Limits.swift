/// What a client may ask of the server. Each limit names the status that answers it.
public struct Limits: Sendable {
  /// Request line, without its CRLF: 414 past it.
  public var requestLineBytesMax = 8 * 1024
  /// All header fields together: 431 past it.
  public var fieldsBytesMax = 16 * 1024
  /// Header fields, in number: 431 past it.
  public var fieldsCountMax = 100
  /// Body, decoded: 413 past it.
  public var bodyBytesMax = 64 * 1024
  /// From a request's first byte to the end of its head: 408 past it.
  public var headTime: Duration = .seconds(10)
  /// From the end of the head to the end of the body: 408 past it.
  public var bodyTime: Duration = .seconds(20)
  /// Between two requests on one connection: closed past it, without a word.
  public var idleTime: Duration = .seconds(75)
  /// For the client to take bytes that are ready for it: closed past it.
  public var writeTime: Duration = .seconds(20)
  /// Connections open at once: 503 past it.
  public var connectionsMax = 16_384

  public init() {}
}
