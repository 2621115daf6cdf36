/// What a server knows of its connections.
public struct ServerStatistics: Sendable, Equatable {
  /// Open now, streams included.
  public internal(set) var open = 0
  /// As many as may be open.
  public internal(set) var max = 0
  /// Of the open ones, those with nothing to do: no request is under way. Streams are not idle.
  public internal(set) var idle = 0
  /// Taken in, ever.
  public internal(set) var accepted = 0
  /// Turned away with 503 because every slot was taken.
  public internal(set) var rejected = 0
  /// Closed, or told 408, because something took too long; an idle one among them.
  public internal(set) var timedOut = 0
  /// Closed while idle because slots were short.
  public internal(set) var reclaimed = 0
  /// Told 503, or closed, because the memory for requests and responses under way was used up.
  public internal(set) var outOfMemory = 0
  /// The memory that requests and responses under way take.
  public internal(set) var heldBytes = 0
}
