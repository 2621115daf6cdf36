/// What a client may ask of the server. Each limit names the status that says so.
///
/// What all clients together can make the server keep is bounded by `maxHeldBytes` and
/// `maxHeldBytesAlways` for each of `maxConnections`: 64 MiB and 64 MiB, beside some 20 MiB for the
/// connections themselves.
public struct Limits: Sendable {
  /// Request line, without its CRLF: 414 past it.
  public var maxRequestLineBytes = 8 * 1024
  /// All header fields together: 431 past it.
  public var maxFieldsBytes = 16 * 1024
  /// Header fields, in number: 431 past it.
  public var maxFields = 100
  /// Body, decoded: 413 past it. An application and its routes may take less.
  public var maxBodyBytes = 64 * 1024
  /// From a request's first byte to the end of its head: 408 past it. A new connection that says
  /// nothing for as long is closed silently.
  public var headTimeout: Duration = .seconds(10)
  /// From the end of the head to the end of the body: 408 past it.
  public var bodyTimeout: Duration = .seconds(20)
  /// Between two requests on one connection: closed past it, silently. Longer than proxies keep
  /// theirs (Caddy 120 s, Traefik 90 s, nginx 60 s): one that sent a post just when we close
  /// could not know what became of it.
  public var idleTimeout: Duration = .seconds(130)
  /// For the client to take bytes that are ready for it: closed past it.
  public var writeTimeout: Duration = .seconds(20)
  /// Requests read ahead of the response that is being made: the client waits past it.
  public var maxPipelinedBytes = 64 * 1024
  /// For a dead peer to be found: sent bytes not acknowledged, or keep-alive probes not answered.
  public var peerTimeout: Duration = .seconds(60)
  /// For a client to take in the response to a request that was refused, before it is cut off.
  public var lingerTimeout: Duration = .seconds(2)
  /// Once the server is stopping, for the first request of a connection that was just opened:
  /// closed past it, silently.
  public var drainFirstRequestTimeout: Duration = .milliseconds(500)
  /// Connections open at once: 503 past it. Before that, when fewer than a sixteenth of the slots
  /// are free, those are closed that were idle the longest, and
  /// then those that wait the longest for the rest of a request.
  public var maxConnections = 16_384
  /// When slots are short, a connection that has waited for its client for less is left alone.
  public var minIdleTime: Duration = .seconds(1)
  /// Memory for what has arrived and is not responded to, and for responses that are not taken, of
  /// all connections together: whoever wants more gets 503, or is cut off in the middle of a
  /// response.
  public var maxHeldBytes = 64 << 20
  /// So much of it any connection may have, however much the others do.
  public var maxHeldBytesAlways = 4 * 1024

  /// The limits as they stand here.
  public init() {}

  /// How often deadlines are looked at: no deadline is overrun by more than a quarter of the
  /// shortest time, and by a second at most.
  var sweepInterval: Duration {
    let shortest = min(headTimeout, bodyTimeout, idleTimeout, writeTimeout, lingerTimeout)
    return max(.milliseconds(1), min(.seconds(1), shortest / 4))
  }
}
