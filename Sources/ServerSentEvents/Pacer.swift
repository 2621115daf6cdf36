import EventLoop

/// Decides when the newest value of one state goes out: at once when idle, then at most
/// once an interval, and always a last time after the last change. The interval is the longer one
/// while values come faster than they go out: only then is there something to skip.
struct Pacer<Value> {
  enum Decision {
    /// Send it now.
    case send(Value)
    /// Come back with `flush` when the time has come.
    case wait(until: Instant)
    /// Somebody is coming back already, with `flush`.
    case pending
  }

  private var pending: Value?
  private var isTimed = false
  /// A value was replaced before it could go out.
  private var isCoalescing = false
  private var idleFrom: Instant

  init(now: Instant) { idleFrom = now }

  /// A new value; it replaces one that still waits.
  mutating func submit(_ value: Value, at now: Instant) -> Decision {
    if isTimed {
      isCoalescing = true
      pending = value
      return .pending
    }
    if now >= idleFrom { return .send(value) }
    pending = value
    isTimed = true
    return .wait(until: idleFrom)
  }

  /// What waits is replaced by something that went out another way.
  mutating func discard() { pending = nil }

  /// The time has come: the value that waited, if one did.
  mutating func flush() -> Value? {
    isTimed = false
    defer { pending = nil }
    return pending
  }

  /// A value went out: the air is taken for so long.
  mutating func sent(at now: Instant, interval: Duration, coalescing longer: Duration) {
    idleFrom = now + (isCoalescing ? longer : interval)
    isCoalescing = false
  }
}

extension Pacer.Decision: Equatable where Value: Equatable {}
