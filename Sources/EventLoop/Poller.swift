import Platform

/// What a descriptor's owner wants to hear of. That the peer has gone is told with either; kqueue
/// tells nothing where nothing is wanted.
public struct Interest: OptionSet, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Bytes, a connection or the end of input have arrived.
  public static let readable = Interest(rawValue: 1)
  /// The system takes bytes. Nearly always so: ask for it only while something waits to be sent.
  public static let writable = Interest(rawValue: 2)
}

/// What the system says of a descriptor.
public struct Readiness: OptionSet, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Something can be read, or accepted.
  public static let readable = Readiness(rawValue: 1)
  /// Something can be written; or connecting is done, one way or the other.
  public static let writable = Readiness(rawValue: 2)
  /// The connection is over: reset, failed, or both sides have ended it.
  public static let hangUp = Readiness(rawValue: 4)
  /// The peer will send nothing more; what it sent before is still to be read.
  public static let endOfInput = Readiness(rawValue: 8)
}

/// One event that a poller tells of.
struct PollerEvent {
  let descriptor: Int32
  /// The registration it belongs to: a number may have been closed and given out again since.
  let generation: UInt32
  let readiness: Readiness
}

/// The contract of the two pollers: level-triggered, one per loop, used by its thread only.
/// `SystemPoller` is the one of this system.
protocol PollerContract: ~Copyable {
  static func open() throws(SystemError) -> Self

  func add(_ descriptor: Int32, _ interest: Interest, generation: UInt32)
    throws(SystemError)
  func change(
    _ descriptor: Int32, from old: Interest, to new: Interest, generation: UInt32)
    throws(SystemError)
  /// To be called before the descriptor is closed.
  func remove(_ descriptor: Int32, _ interest: Interest) throws(SystemError)

  /// Sleeps until something is ready, the waker wakes it or the time is over; `nil` waits for ever.
  /// - Returns: how many events there are to look at.
  mutating func wait(atMost timeout: Duration?) throws(SystemError) -> Int

  /// An event of the last `wait`; `nil` for the waker's.
  func event(at index: Int) -> PollerEvent?

  /// Ends the sleep; may be called from any thread, also while the loop is awake.
  var waker: Waker { get }
}

/// How many events a poller takes from the system at once.
let pollerEventsMax = 1024

extension Duration {
  /// Rounded up, so that a loop never wakes before its timer is due.
  var millisecondsRoundedUp: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
  }
}
