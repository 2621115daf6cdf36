/// What the subscribers of one loop were sent so far.
public struct AudienceStatistics: Sendable, Equatable {
  /// Connected now.
  public internal(set) var subscribers = 0
  /// Writes of a whole broadcast to a subscriber that was up to date.
  public internal(set) var deliveries = 0
  /// States that a subscriber which was behind never saw, because a newer one took their place.
  public internal(set) var coalesced = 0
  /// Disconnected because they took nothing for too long, or too much waited for them.
  public internal(set) var slowDisconnects = 0
  public internal(set) var broadcasts = 0
  /// How long the loop was busy with broadcasts.
  public internal(set) var broadcastTime: Duration = .zero
  /// What broadcasts asked the sockets to take.
  public internal(set) var bytes = 0

  public init() {}
}
