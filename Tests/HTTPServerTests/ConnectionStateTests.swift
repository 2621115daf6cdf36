import EventLoop
import Testing

@testable import HTTPServer

@Suite("Connection state")
struct ConnectionStateTests {
  typealias Phase = ConnectionState.Phase
  typealias Event = ConnectionState.Event
  typealias Action = ConnectionState.Action

  private static let start = LoopClock.manual(ManualClock()).now

  /// Times that cannot be taken for each other.
  private static let timeouts = ConnectionState.Timeouts(
    head: .seconds(10), body: .seconds(20), idle: .seconds(75), write: .seconds(30),
    linger: .seconds(2), drainFirstRequest: .milliseconds(500))

  private static func new() -> ConnectionState {
    ConnectionState(timeouts: timeouts, now: start)
  }

  /// One that these have happened to, all at the start.
  private static func state(after events: Event...) -> ConnectionState {
    var state = new()
    for event in events { _ = state.handle(event, at: start) }
    return state
  }

  private static let asked = Event.received(keepsAlive: true)
  private static let lastAsked = Event.received(keepsAlive: false)
  private static let chunked = Event.streamStarted(hasBody: true, isChunked: true)
  private static let bare = Event.streamStarted(hasBody: true, isChunked: false)
  private static let bodiless = Event.streamStarted(hasBody: false, isChunked: true)
  private static let responded = Event.responded(next: .nothing)
  private static let allSent = Event.sent(.clear, progressed: true)
  private static let full = Event.sent(.full, progressed: true)
  private static let stuck = Event.sent(.full, progressed: false)
  private static let broken = Event.sent(.broken, progressed: false)

  // MARK: Every phase and event

  /// A phase by the way there.
  struct Origin: Sendable, CustomTestStringConvertible {
    let name: String
    let way: [Event]
    var testDescription: String { name }

    init(_ name: String, _ way: Event...) {
      self.name = name
      self.way = way
    }

    var state: ConnectionState {
      var state = ConnectionStateTests.new()
      for event in way { _ = state.handle(event, at: start) }
      return state
    }
  }

  private static let origins = [
    Origin("new"),
    Origin("idle", asked, responded, allSent, .incomplete(.nothing)),
    Origin("head", .incomplete(.head)),
    Origin("body", .incomplete(.body)),
    Origin("responding", asked),
    Origin("chunked", asked, chunked),
    Origin("bare", asked, bare),
    Origin("streamed", asked, chunked, .streamEnded),
    Origin("aborted", asked, chunked, .streamAborted),
    Origin("bodiless", asked, bodiless),
    Origin("sending", asked, responded),
    Origin("sending the last", lastAsked, responded),
    Origin("lingering", lastAsked, responded, allSent),
    Origin("closed", .failed),
    Origin("detached", asked, chunked, .detached),
  ]

  private static let events: [Event] = [
    asked, lastAsked, .incomplete(.nothing), .incomplete(.head), .incomplete(.body), .invalid,
    .nothingArrived, .endOfInput, responded, .responded(next: .head), chunked, bare, bodiless,
    .streamEnded, .streamAborted, allSent, full, stuck, broken, .failed, .outOfMemory, .timePassed,
    .drain, .reclaim, .detached,
  ]

  @Test("a closed connection stays closed, whatever happens", arguments: events)
  func closedStaysClosed(event: Event) {
    for way in [[Event.failed], [Self.asked, Self.chunked, .detached]] {
      var state = Self.new()
      for event in way { _ = state.handle(event, at: Self.start) }
      #expect(state.handle(event, at: Self.start) == .close)
      #expect(state.phase == .closed)
      #expect(state.phaseDeadline == nil && state.writeDeadline == nil && state.idleSince == nil)
    }
  }

  @Test("in every phase a broken socket and a failure close", arguments: origins)
  func brokenCloses(origin: Origin) {
    for event in [Self.broken, .failed] {
      var state = origin.state
      #expect(state.handle(event, at: Self.start) == .close)
      #expect(state.phase == .closed)
    }
  }

  /// What comes of an event in each phase. A pair that cannot happen must do no harm, and is held to
  /// the general rules below alone.
  private static let table: [(origin: String, event: Event, action: Action, phase: Phase)] = [
    ("new", asked, .respond, .responding),
    ("new", .invalid, .respond, .responding),
    ("new", .incomplete(.nothing), .wait, .receiving(.nothing)),
    ("new", .incomplete(.head), .wait, .receiving(.head)),
    ("new", .incomplete(.body), .wait, .receiving(.body)),
    ("new", .nothingArrived, .wait, .receiving(.nothing)),
    ("new", .endOfInput, .close, .closed),
    ("new", allSent, .wait, .receiving(.nothing)),
    ("new", full, .wait, .receiving(.nothing)),
    ("new", .timePassed, .wait, .receiving(.nothing)),
    ("new", .outOfMemory, .close, .closed),
    ("new", .drain, .receive, .receiving(.nothing)),
    ("new", .reclaim, .close, .closed),
    ("idle", asked, .respond, .responding),
    ("idle", .endOfInput, .close, .closed),
    ("idle", .drain, .receive, .receiving(.nothing)),
    ("idle", .reclaim, .close, .closed),
    ("head", asked, .respond, .responding),
    ("head", .incomplete(.head), .wait, .receiving(.head)),
    ("head", .incomplete(.body), .wait, .receiving(.body)),
    ("head", .invalid, .respond, .responding),
    ("head", .endOfInput, .close, .closed),
    ("head", .outOfMemory, .refuse(.outOfMemory), .responding),
    ("head", .drain, .wait, .receiving(.head)),
    ("head", .reclaim, .close, .closed),
    ("body", asked, .respond, .responding),
    ("body", .invalid, .respond, .responding),
    ("body", .endOfInput, .close, .closed),
    ("body", .outOfMemory, .refuse(.outOfMemory), .responding),
    ("body", .drain, .wait, .receiving(.body)),
    ("body", .reclaim, .close, .closed),
    ("responding", .endOfInput, .wait, .responding),
    ("responding", responded, .send, .sending),
    ("responding", chunked, .wait, .streaming(isChunked: true)),
    ("responding", bare, .wait, .streaming(isChunked: false)),
    ("responding", bodiless, .wait, .streamed),
    ("responding", allSent, .wait, .responding),
    ("responding", .outOfMemory, .close, .closed),
    ("responding", .timePassed, .wait, .responding),
    ("responding", .drain, .wait, .responding),
    ("responding", .reclaim, .wait, .responding),
    ("chunked", .endOfInput, .abandonBody(isChunked: true), .sending),
    ("chunked", responded, .endBody(isChunked: true), .sending),
    ("chunked", .streamEnded, .wait, .streamed),
    ("chunked", .streamAborted, .wait, .streamed),
    ("chunked", allSent, .wait, .streaming(isChunked: true)),
    ("chunked", full, .wait, .streaming(isChunked: true)),
    ("chunked", .outOfMemory, .close, .closed),
    ("chunked", .detached, .close, .closed),
    ("bare", .endOfInput, .abandonBody(isChunked: false), .sending),
    ("bare", responded, .endBody(isChunked: false), .sending),
    ("streamed", .endOfInput, .wait, .streamed),
    ("streamed", responded, .flush, .sending),
    ("streamed", allSent, .wait, .streamed),
    ("aborted", responded, .flush, .sending),
    ("bodiless", responded, .flush, .sending),
    ("sending", allSent, .readNext, .receiving(.nothing)),
    ("sending", full, .wait, .sending),
    ("sending", .endOfInput, .wait, .sending),
    // The handler of a stream whose client has left.
    ("sending", responded, .wait, .sending),
    ("sending", .drain, .wait, .sending),
    ("sending", .outOfMemory, .close, .closed),
    ("sending the last", allSent, .finishSending, .lingering),
    ("sending the last", .endOfInput, .wait, .sending),
    ("lingering", .endOfInput, .close, .closed),
    ("lingering", allSent, .wait, .lingering),
    ("lingering", .drain, .wait, .lingering),
    ("lingering", .reclaim, .wait, .lingering),
  ]

  @Test("every event does in every phase what it should", arguments: table.indices)
  func transition(index: Int) throws {
    let (name, event, action, phase) = Self.table[index]
    var state = try #require(Self.origins.first { $0.name == name }).state
    #expect(state.handle(event, at: Self.start) == action, "\(name), \(event)")
    #expect(state.phase == phase, "\(name), \(event)")
  }

  @Test("no event in no phase leaves a state that contradicts itself", arguments: origins)
  func invariants(origin: Origin) {
    for event in Self.events {
      for next in Self.events {
        var state = origin.state
        let actions = [state.handle(event, at: Self.start), state.handle(next, at: Self.start)]
        #expect((actions.last == .close) == (state.phase == .closed), "\(event), \(next)")
        let isIdle = state.phase == .receiving(.nothing)
        #expect(isIdle == (state.idleSince != nil), "\(event), \(next)")
        let isIncomplete = [.receiving(.head), .receiving(.body)].contains(state.phase)
        #expect(isIncomplete == (state.incompleteSince != nil), "\(event), \(next)")
        switch state.phase {
        case .receiving, .lingering: #expect(state.phaseDeadline != nil, "\(event), \(next)")
        default: #expect(state.phaseDeadline == nil, "\(event), \(next)")
        }
      }
    }
  }

  // MARK: Deadlines

  @Test("a new connection is closed when it has said nothing for the time of a head")
  func newDeadline() {
    var state = Self.new()
    #expect(state.handle(.timePassed, at: Self.start + .milliseconds(9999)) == .wait)
    #expect(state.handle(.timePassed, at: Self.start + .seconds(10)) == .close)
  }

  @Test("a head has its time from its first byte on, and is refused past it")
  func headDeadline() {
    var state = Self.new()
    _ = state.handle(.incomplete(.head), at: Self.start + .seconds(9))
    // More bytes do not put it off.
    _ = state.handle(.incomplete(.head), at: Self.start + .seconds(18))
    #expect(state.handle(.timePassed, at: Self.start + .milliseconds(18_999)) == .wait)
    #expect(state.handle(.timePassed, at: Self.start + .seconds(19)) == .refuse(.timeout))
    #expect(state.awaitsResponse && !state.keepsAlive)
  }

  @Test("a body has its time from the end of the head on, and is refused past it")
  func bodyDeadline() {
    var state = Self.state(after: .incomplete(.head))
    _ = state.handle(.incomplete(.body), at: Self.start + .seconds(5))
    _ = state.handle(.incomplete(.body), at: Self.start + .seconds(24))
    #expect(state.handle(.timePassed, at: Self.start + .milliseconds(24_999)) == .wait)
    #expect(state.handle(.timePassed, at: Self.start + .seconds(25)) == .refuse(.timeout))
  }

  @Test("between requests a connection has the idle time, and is closed past it")
  func idleDeadline() {
    var state = Self.state(after: Self.asked, Self.responded)
    _ = state.handle(Self.allSent, at: Self.start + .seconds(1))
    _ = state.handle(.incomplete(.nothing), at: Self.start + .seconds(1))
    #expect(state.idleSince == Self.start + .seconds(1))
    // Line breaks alone are no request and put nothing off.
    _ = state.handle(.incomplete(.nothing), at: Self.start + .seconds(70))
    #expect(state.handle(.timePassed, at: Self.start + .seconds(75)) == .wait)
    #expect(state.handle(.timePassed, at: Self.start + .seconds(76)) == .close)
  }

  @Test("half a request behind another has the time of a head, not that of an idle connection")
  func pipelinedHeadDeadline() {
    var state = Self.state(after: Self.asked, Self.responded, Self.allSent, .incomplete(.head))
    #expect(state.handle(.timePassed, at: Self.start + .seconds(10)) == .refuse(.timeout))
  }

  @Test("a handler and its stream may take any time")
  func handlerWithoutDeadline() {
    for way in [[Self.asked], [Self.asked, Self.chunked], [Self.asked, Self.bare]] {
      var state = Self.new()
      for event in way { _ = state.handle(event, at: Self.start) }
      #expect(state.handle(.timePassed, at: Self.start + .seconds(1_000_000)) == .wait)
    }
  }

  @Test("a client that takes nothing is cut off; one that takes a little has its time again")
  func writeDeadline() {
    var state = Self.state(after: Self.asked, Self.responded, Self.full)
    _ = state.handle(Self.stuck, at: Self.start + .seconds(29))
    #expect(state.handle(.timePassed, at: Self.start + .milliseconds(29_999)) == .wait)
    _ = state.handle(Self.full, at: Self.start + .milliseconds(29_999))
    #expect(state.handle(.timePassed, at: Self.start + .seconds(30)) == .wait)
    #expect(state.handle(.timePassed, at: Self.start + .milliseconds(59_999)) == .close)
  }

  @Test("a client that has taken all of a stream so far has no deadline")
  func streamWriteDeadline() {
    var state = Self.state(after: Self.asked, Self.chunked, Self.full, Self.allSent)
    #expect(state.writeDeadline == nil)
    #expect(state.handle(.timePassed, at: Self.start + .seconds(1_000_000)) == .wait)
    _ = state.handle(Self.stuck, at: Self.start)
    #expect(state.handle(.timePassed, at: Self.start + .seconds(30)) == .close)
  }

  @Test("lingering ends after its time")
  func lingerDeadline() {
    var state = Self.state(after: Self.lastAsked, Self.responded, Self.allSent)
    #expect(state.handle(.timePassed, at: Self.start + .milliseconds(1999)) == .wait)
    #expect(state.handle(.timePassed, at: Self.start + .seconds(2)) == .close)
  }

  // MARK: The way of a request

  @Test("requests follow each other while the client and the handler keep the connection")
  func keepAlive() {
    var state = Self.new()
    for _ in 1...3 {
      #expect(state.handle(Self.asked, at: Self.start) == .respond)
      #expect(state.keepsAlive)
      #expect(state.handle(Self.responded, at: Self.start) == .send)
      #expect(state.handle(Self.allSent, at: Self.start) == .readNext)
    }
  }

  @Test("a pipeline is responded to in its order, whole, also when its client sends nothing more")
  func pipelineBeforeEndOfInput() {
    var state = Self.state(after: Self.asked, .endOfInput)
    #expect(state.handle(.responded(next: .head), at: Self.start) == .send)
    #expect(state.keepsAlive)
    #expect(state.handle(Self.allSent, at: Self.start) == .readNext)
    #expect(state.handle(Self.asked, at: Self.start) == .respond)
    #expect(state.handle(.responded(next: .nothing), at: Self.start) == .send)
    #expect(!state.keepsAlive)
    #expect(state.handle(Self.allSent, at: Self.start) == .close)
  }

  @Test("half a request behind the last whole one is dropped when its client sends nothing more")
  func halfRequestBeforeEndOfInput() {
    var state = Self.state(
      after: Self.asked, .endOfInput, .responded(next: .head), Self.allSent)
    #expect(state.handle(.incomplete(.head), at: Self.start) == .close)
  }

  @Test("what is no request is the last, behind the responses to those before it")
  func refusedPipeline() {
    var state = Self.state(after: Self.asked, Self.responded, Self.allSent)
    #expect(state.handle(.invalid, at: Self.start) == .respond)
    #expect(state.handle(Self.responded, at: Self.start) == .send)
    #expect(!state.keepsAlive)
    #expect(state.handle(Self.allSent, at: Self.start) == .finishSending)
  }

  // MARK: Streams

  @Test("a body without chunks ends its connection, one in chunks does not")
  func streamFraming() {
    #expect(Self.state(after: Self.asked, Self.chunked).keepsAlive)
    #expect(!Self.state(after: Self.asked, Self.bare).keepsAlive)
    #expect(!Self.state(after: Self.lastAsked, Self.chunked).keepsAlive)
    #expect(!Self.state(after: Self.asked, .drain, Self.chunked).keepsAlive)
    #expect(!Self.state(after: Self.asked, .endOfInput, Self.chunked).keepsAlive)
  }

  @Test("a body that was aborted ends its connection, one that was finished does not")
  func abortedStream() {
    #expect(Self.state(after: Self.asked, Self.chunked, .streamEnded).keepsAlive)
    #expect(!Self.state(after: Self.asked, Self.chunked, .streamAborted).keepsAlive)
    #expect(!Self.state(after: Self.lastAsked, Self.chunked, .streamEnded).keepsAlive)
  }

  @Test("a client that half-closes a stream gets its end, and the connection closes behind it")
  func halfClosedStream() {
    var state = Self.state(after: Self.asked, Self.chunked, .endOfInput)
    #expect(state.handle(Self.full, at: Self.start) == .wait)
    // The handler comes back before the last chunk is out, or after it.
    #expect(state.handle(Self.responded, at: Self.start) == .wait)
    #expect(state.handle(Self.allSent, at: Self.start) == .close)
    #expect(state.handle(Self.responded, at: Self.start) == .close)
  }

  // MARK: Stopping

  @Test("while the server stops, a new connection may bring one request yet, for a while")
  func drainNew() {
    var state = Self.state(after: .drain)
    #expect(state.handle(.nothingArrived, at: Self.start) == .wait)
    #expect(state.handle(.timePassed, at: Self.start + .milliseconds(499)) == .wait)
    var other = state
    #expect(state.handle(.timePassed, at: Self.start + .milliseconds(500)) == .close)
    #expect(other.handle(Self.asked, at: Self.start) == .respond)
    #expect(other.handle(Self.responded, at: Self.start) == .send)
    #expect(!other.keepsAlive)
  }

  @Test("while the server stops, an idle connection closes, unless a request waits in its socket")
  func drainIdle() {
    var state = Self.state(after: Self.asked, Self.responded, Self.allSent, .drain)
    var other = state
    #expect(state.handle(.nothingArrived, at: Self.start) == .close)
    #expect(other.handle(Self.asked, at: Self.start) == .respond)
  }

  @Test("while the server stops, the response under way is the last")
  func drainResponding() {
    var state = Self.state(after: Self.asked, .drain, .responded(next: .head))
    #expect(!state.keepsAlive)
    #expect(state.handle(Self.allSent, at: Self.start) == .finishSending)
  }

  @Test("while the server stops, a response that is being sent is followed by no idle time")
  func drainSending() {
    var state = Self.state(after: Self.asked, Self.responded, .drain, Self.allSent)
    #expect(state.handle(.incomplete(.nothing), at: Self.start) == .close)
  }
}
