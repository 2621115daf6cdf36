import EventLoop

/// Decides when the newest value of one state goes out: at once when the air is quiet, then at most
/// once an interval, and always a last time after the last change. The interval is the longer one
/// while values come faster than they go out: only then is there something to skip.
struct Pacer<Value> {
  enum Decision {
    /// Send it now.
    case send(Value)
    /// Come back with `fire` when the time has come.
    case wait(until: Instant)
    /// Somebody is coming back already, with `fire`.
    case held
  }

  private var waiting: Value?
  private var isTimed = false
  /// A value was replaced before it could go out.
  private var isPressed = false
  private var quietFrom: Instant

  init(now: Instant) { quietFrom = now }

  /// A new value; it replaces one that still waits.
  mutating func offer(_ value: Value, at now: Instant) -> Decision {
    if isTimed {
      isPressed = true
      waiting = value
      return .held
    }
    if now >= quietFrom { return .send(value) }
    waiting = value
    isTimed = true
    return .wait(until: quietFrom)
  }

  /// The time has come: the value that waited, if one did.
  mutating func fire() -> Value? {
    isTimed = false
    defer { waiting = nil }
    return waiting
  }

  /// A value went out: the air is taken for so long.
  mutating func sent(at now: Instant, interval: Duration, pressed longer: Duration) {
    quietFrom = now + (isPressed ? longer : interval)
    isPressed = false
  }
}

extension Pacer.Decision: Equatable where Value: Equatable {}
