import EventLoop
import HTTPServer
import ServerSentEvents
import Synchronization

/// Tells every desk how things stand: after each step at once, and while votes come in or phones
/// come and go a few times a second at most. It has an audience of its own, so that nothing that is
/// for the desk can reach the public stream. May be used from any thread.
final class DeskStream: Sendable {
  /// Desks that follow at once; one host has a laptop, a phone and perhaps a colleague.
  static let maxDesks = 32
  /// The least time between two states that differ in numbers alone.
  static let turnoutInterval: Duration = .milliseconds(300)
  /// How often it is looked whether phones have come or gone.
  static let presenceInterval: Duration = .seconds(1)

  /// A desk that hears nothing for longer asks by itself: a proxy may hold its stream back, and a
  /// host decides on what stands there.
  static let heartbeatInterval: Duration = .seconds(3)

  private let loops: [EventLoop]
  private let parts: Mutex<Parts>

  private struct Parts {
    var audience: Audience
    /// Counts the audiences: one who was let in before a revocation does not join after it.
    var generation = 0
    /// Makes the newest state; `nil` until the ballot box is there, and once it is finished.
    var newest: (@Sendable () -> DeskState?)?
    var version: Int?
    var presence: DeskSurroundings.Presence?
    var isWatching = false
  }

  /// - Parameter loops: those whose responses may join.
  init(on loops: [EventLoop]) {
    self.loops = loops
    parts = Mutex(Parts(audience: Self.makeAudience(on: loops)))
  }

  private static func makeAudience(on loops: [EventLoop]) -> Audience {
    var limits = AudienceLimits()
    limits.maxSubscribers = maxDesks
    limits.updateInterval = turnoutInterval
    limits.heartbeatInterval = heartbeatInterval
    // Both names are one.
    return Audience(
      on: loops, limits: limits, heartbeat: try! Event("{}", name: "heartbeat"),
      fullEvent: try! Event("{}", name: "full"))
  }

  /// From now on desks are told.
  /// - Parameter state: makes the newest; `nil` once there is nothing to tell.
  func start(_ state: @escaping @Sendable () -> DeskState?) {
    parts.withLock { $0.newest = state }
    publish()
  }

  // MARK: Desks

  /// To be asked for before a desk is let in, and brought to `join`.
  var generation: Int { parts.withLock { $0.generation } }

  /// Hands the stream of a response to the audience. Belongs to the response's loop.
  /// - Throws: as `Audience.join` does.
  func join(_ response: Response, letInDuring generation: Int) throws {
    let audience = parts.withLock { $0.generation == generation ? $0.audience : nil }
    // An event is made once, and its time is the desk's clock: who comes now has a new one.
    publish()
    try audience?.join(response)
    watchPresence()
  }

  /// Ends the streams of all desks; they may come back, if they are let in again.
  func restart() async {
    let old = parts.withLock { parts in
      let old = parts.audience
      parts.audience = Self.makeAudience(on: loops)
      parts.generation += 1
      return old
    }
    publish()
    await old.end()
  }

  func end() async {
    let audience = parts.withLock { parts in
      parts.newest = nil
      return parts.audience
    }
    await audience.end()
  }

  // MARK: Telling

  /// Called for every committed batch of votes, and for every step.
  /// - Parameter version: of the room.
  func changed(toVersion version: Int) {
    let isStep = parts.withLock { parts in
      defer { parts.version = version }
      return parts.version != version
    }
    isStep ? publish() : publishTurnout()
  }

  /// Called when votes cannot be stored any more, and when they can again.
  func storingChanged() { publish() }

  /// Tells at once. A channel of its own is not held up by what the other one waits for, which this
  /// makes old.
  private func publish() {
    parts.withLock(\.audience).withdraw("turnout")
    send(on: "step", atMostEvery: .zero)
  }

  /// Votes come in with nobody at a desk, most of the time. Who joins later is told anyway.
  private func publishTurnout() {
    if parts.withLock({ $0.audience.count }) == 0 { return }
    send(on: "turnout", atMostEvery: Self.turnoutInterval)
  }

  private func send(on channel: String, atMostEvery interval: Duration) {
    let (audience, newest) = parts.withLock { ($0.audience, $0.newest) }
    guard let newest else { return }
    audience.update(channel, atMostEvery: interval) {
      // The name is one.
      try! Event(newest()?.json.string ?? "{}", name: "state")
    }
  }

  // MARK: Presence

  /// Looks, while there are desks, whether phones or screens have come or gone.
  private func watchPresence() {
    let isFirst = parts.withLock { parts in
      defer { parts.isWatching = true }
      return !parts.isWatching
    }
    if isFirst { lookAgain() }
  }

  private func lookAgain() {
    let loop = loops[0]
    loop.execute { [weak self] in
      loop.schedule(after: Self.presenceInterval) { self?.look() }
    }
  }

  private func look() {
    let newest = parts.withLock { parts in
      if parts.audience.count == 0 || parts.newest == nil { parts.isWatching = false }
      return parts.isWatching ? parts.newest : nil
    }
    guard let now = newest?()?.presence else { return }
    let isNews = parts.withLock { parts in
      defer { parts.presence = now }
      return parts.presence != now
    }
    if isNews { publishTurnout() }
    lookAgain()
  }
}
