/// What became of the streams of one loop since the audience was made.
public struct AudienceStatistics: Sendable, Equatable {
  /// Connected now.
  public internal(set) var subscribers = 0
  /// Streams that found no place: `AudienceLimits.maxSubscribers` were open.
  public internal(set) var refused = 0
  /// Broadcasts that a subscriber's socket has taken whole. What a subscriber that was behind
  /// caught up with is one, however much it skipped; what a socket refused is none.
  public internal(set) var deliveries = 0
  /// States that a subscriber which was behind never saw, because a newer one took their place.
  public internal(set) var coalesced = 0
  /// Messages that wait now for subscribers that are behind.
  public internal(set) var waiting = 0
  /// Messages that were left out for a subscriber that was behind (`AudienceLimits.whenBehind`).
  public internal(set) var dropped = 0
  /// Disconnected because they took nothing for too long, or too much waited for them.
  public internal(set) var slowDisconnects = 0
  /// Writes of the same frames to every subscriber of the loop.
  public internal(set) var broadcasts = 0
  /// How long the loop was busy with broadcasts.
  public internal(set) var broadcastTime: Duration = .zero
  /// What the sockets took, but for what streams end with.
  public internal(set) var bytes = 0

  /// All zero; for adding up those of several loops.
  public init() {}
}
