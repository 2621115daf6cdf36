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
  /// From a request's first byte to the end of its head: 408 past it. A new connection that says
  /// nothing for as long is closed without a word.
  public var headTime: Duration = .seconds(10)
  /// From the end of the head to the end of the body: 408 past it.
  public var bodyTime: Duration = .seconds(20)
  /// Between two requests on one connection: closed past it, without a word.
  public var idleTime: Duration = .seconds(75)
  /// For the client to take bytes that are ready for it: closed past it.
  public var writeTime: Duration = .seconds(20)
  /// Requests read ahead of the answer that is being made: the client waits past it.
  public var pipelinedBytesMax = 64 * 1024
  /// For a dead peer to be found: sent bytes not acknowledged, or keep-alive probes not answered.
  public var peerPatience: Duration = .seconds(60)
  /// For a client to take in the answer to a request that was refused, before it is cut off.
  public var lingerTime: Duration = .seconds(2)
  /// Once the server is stopping, for the first request of a connection that was just opened:
  /// closed past it, without a word.
  public var lastCallTime: Duration = .milliseconds(500)
  /// Connections open at once: 503 past it.
  public var connectionsMax = 16_384

  public init() {}

  /// How often deadlines are looked at: no deadline is overrun by more than a quarter of the
  /// shortest time, and by a second at most.
  var sweepInterval: Duration {
    let shortest = min(headTime, bodyTime, idleTime, writeTime, lingerTime)
    return max(.milliseconds(1), min(.seconds(1), shortest / 4))
  }
}
