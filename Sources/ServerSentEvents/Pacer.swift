import EventLoop

/// Decides when the newest value of one state goes out: at once when idle, then at most once an
/// interval, and always a last time after the last change. The interval is the longer one while
/// values come faster than they go out: only then is there something to skip.
struct Pacer<Value> {
  enum Decision {
    /// Send it now.
    case send(Value)
    /// Call `flush` at that time.
    case wait(until: Instant)
    /// A call of `flush` is on its way already.
    case pending
  }

  private var pending: Value?
  private var isFlushScheduled = false
  /// A value was replaced before it could go out.
  private var isCoalescing = false
  private var idleFrom: Instant

  init(now: Instant) { idleFrom = now }

  /// A new value; it replaces one that still waits.
  mutating func submit(_ value: Value, at now: Instant) -> Decision {
    if isFlushScheduled {
      isCoalescing = true
      pending = value
      return .pending
    }
    if now >= idleFrom { return .send(value) }
    pending = value
    isFlushScheduled = true
    return .wait(until: idleFrom)
  }

  /// A newer value went out another way.
  mutating func discard() { pending = nil }

  /// The time has come: the value that waited, if one did.
  mutating func flush() -> Value? {
    isFlushScheduled = false
    defer { pending = nil }
    return pending
  }

  /// A value went out: the next one waits for so long.
  /// - Parameter longer: the interval where a value was skipped meanwhile.
  mutating func sent(at now: Instant, interval: Duration, coalescing longer: Duration) {
    idleFrom = now + (isCoalescing ? longer : interval)
    isCoalescing = false
  }
}

extension Pacer.Decision: Equatable where Value: Equatable {}
