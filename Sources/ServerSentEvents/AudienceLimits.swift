/// What an audience allows and asks of its subscribers.
public struct AudienceLimits: Sendable {
  /// Streams open at once. One more gets 200, a long `retry:` and the end: any other status would
  /// stop an `EventSource` for good.
  public var maxSubscribers = 16_000
  /// A state goes out at most so often.
  public var updateInterval: Duration = .milliseconds(50)
  /// How many subscribers are connected is told at most so often.
  public var presenceInterval: Duration = .seconds(1)
  /// The part of a core that broadcasting one state may take on each loop; it goes out less often
  /// beyond it.
  public var maxBroadcastShare = 0.25
  /// A state goes out at least so often, however slow the last broadcast was.
  public var maxUpdateInterval: Duration = .milliseconds(200)
  /// Silence after which something is said, so that dead peers are found and proxies stay open.
  public var heartbeatInterval: Duration = .seconds(15)
  /// For a subscriber to take bytes that are ready for it: it is disconnected past it.
  public var writeTimeout: Duration = .seconds(20)
  /// Messages that wait for a subscriber which is behind: it is disconnected past it. States do not count.
  public var maxWaitingMessages = 64
  /// Bytes that wait for a subscriber inside the operating system, more or less: it is behind past it.
  public var maxSystemBufferBytes = 64 * 1024
  /// A stream is ended at this age, give or take a quarter; the browser comes back by itself. Behind
  /// some proxies this is the only way to lose a dead phone.
  public var maxAge: Duration = .seconds(3600)
  /// When a browser comes back that found no place; each is told another time in this range.
  public var retryWhenFull: ClosedRange<Duration> = .seconds(30)...(.seconds(90))
  /// When a browser comes back whose stream was ended; each is told another time in this range.
  public var retryWhenEnded: ClosedRange<Duration> = .seconds(1)...(.seconds(6))

  public init() {}

  /// The interval that was asked for, or a longer one where broadcasts take long.
  func interval(_ asked: Duration, afterBroadcastOf time: Duration) -> Duration {
    max(asked, min(time / maxBroadcastShare, maxUpdateInterval))
  }
}

extension Duration {
  static func random(in range: ClosedRange<Duration>) -> Duration {
    range.lowerBound + (range.upperBound - range.lowerBound) * Double.random(in: 0...1)
  }
}
