/// The limits of an audience, and its times.
public struct AudienceLimits: Sendable {
  /// Streams open at once. One more gets 200, a long `retry:` and the end: any other status would
  /// stop an `EventSource` for good.
  public var maxSubscribers = 16_000
  /// The least time between two values of a state.
  public var updateInterval: Duration = .milliseconds(50)
  /// The least time between two `presenceEvent`s.
  public var presenceInterval: Duration = .seconds(1)
  /// The part of a core that broadcasting one state may take on each loop, from 0 to 1; beyond it
  /// the state goes out less often.
  public var maxBroadcastShare = 0.25
  /// The longest that `updateInterval` grows to for slow broadcasts.
  public var maxUpdateInterval: Duration = .milliseconds(200)
  /// After such a silence a heartbeat is sent, so that dead peers are found and proxies stay open.
  public var heartbeatInterval: Duration = .seconds(15)
  /// A subscriber that takes none of the bytes that wait for it is disconnected then.
  public var writeTimeout: Duration = .seconds(20)
  /// As many messages wait for a subscriber that is behind; what becomes of more, `whenBehind`
  /// says. States do not count: of each there is one. Nor does what it missed before it came.
  public var maxWaitingMessages = 64
  /// What is done when more messages wait for a subscriber.
  public var whenBehind = WhenBehind.disconnect
  /// A subscriber is behind when more bytes wait for it inside the operating system, more or less.
  public var maxSystemBufferBytes = 64 * 1024
  /// A stream is ended at this age, give or take a quarter, and its browser connects again. Behind
  /// some proxies this is the only way to lose a dead phone.
  public var maxAge: Duration = .seconds(3600)
  /// When a browser connects again that found no place; a random time in this range for each.
  public var retryWhenFull: ClosedRange<Duration> = .seconds(30)...(.seconds(90))
  /// When a browser connects again whose stream was ended; a random time in this range for each.
  public var retryWhenEnded: ClosedRange<Duration> = .seconds(1)...(.seconds(6))

  /// What the messages that are kept for those who come back take: everyone's, and each topic's.
  public var maxHistoryBytes = 1 << 20
  /// Topics that somebody follows at once. One who asks for more finds no place.
  public var maxTopics = 1000
  /// Topics that one subscriber follows.
  public var maxTopicsPerSubscriber = 16
  /// The length of a topic's name in UTF-8.
  public var maxTopicBytes = 128
  /// For so long a topic with a history is kept after its last subscriber has left: browsers come
  /// back. One without a history goes at once.
  public var topicLinger: Duration = .seconds(60)

  /// What becomes of a subscriber for whom more than `maxWaitingMessages` wait, or of its messages.
  public enum WhenBehind: Sendable {
    /// It is disconnected. Its browser comes back, and gets what it missed where there is a
    /// history.
    case disconnect
    /// The oldest that wait are left out.
    case dropOldest
  }

  /// The limits as they stand here.
  public init() {}

  /// The interval asked for, or a longer one after a slow broadcast.
  func interval(_ asked: Duration, afterBroadcastOf time: Duration) -> Duration {
    max(asked, min(time / maxBroadcastShare, maxUpdateInterval))
  }
}

extension Duration {
  static func random(in range: ClosedRange<Duration>) -> Duration {
    range.lowerBound + (range.upperBound - range.lowerBound) * Double.random(in: 0...1)
  }
}
