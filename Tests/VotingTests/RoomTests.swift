import Testing

@testable import Voting

@Suite("The room's states")
struct RoomTests {
  static let tea = Question("Tea?")
  static let milk = Question("Milk?")

  /// Every state a room can be in, by the steps that lead there.
  enum State: String, CaseIterable, CustomTestStringConvertible {
    case nothing, draft, openShown, openHidden, closedShown, closedHidden, revealed
    case draftAfterRound, openWithBallots, openCountdown

    var testDescription: String { rawValue }

    var steps: [Step] {
      let ask = Step.ask(tea, isHidden: false, isDraft: false)
      let askHidden = Step.ask(tea, isHidden: true, isDraft: false)
      return switch self {
      case .nothing: []
      case .draft: [.ask(tea, isHidden: true, isDraft: true)]
      case .openShown, .openWithBallots: [ask]
      case .openHidden: [askHidden]
      case .closedShown: [ask, .close]
      case .closedHidden: [askHidden, .close]
      case .revealed: [askHidden, .close, .reveal()]
      case .draftAfterRound: [ask, .close, .ask(milk, isHidden: false, isDraft: true)]
      case .openCountdown: [ask, .countdown(.start(seconds: 30))]
      }
    }

    var room: Room {
      get throws {
        var room = Room()
        for step in steps { _ = try room.apply(step, tally: Tally(), at: 1_000) }
        return room
      }
    }

    var tally: Tally { Tally(yes: self == .openWithBallots ? 1 : 0) }
  }

  static let steps: [Step] = [
    .ask(milk, isHidden: false, isDraft: false), .ask(milk, isHidden: true, isDraft: true), .open,
    .close, .reveal(), .reveal(round: 1), .reveal(round: 9), .hide, .again, .next, .undo,
    .edit(.init(text: "Tee?")), .edit(.init(yesLabel: "No", noLabel: "Yes")),
    .edit(.init(abstainLabel: .label("None"))), .countdown(.start(seconds: 10)),
    .countdown(.start(seconds: 9)), .countdown(.start(seconds: 601)),
    .countdown(.extend(seconds: 30)), .countdown(.cancel), .peek(), .peek(round: 1),
    .peek(round: 9), .stage(.join), .stage(.result), .say("Soon."), .say(""), .show(round: 1),
    .show(round: 9), .show(round: nil), .prepare([milk]), .prepare([]), .prepare([], from: 7),
    .address("http://a/"),
    .address(nil), .ask(Question("Here?", isRollCall: true), isHidden: false, isDraft: false),
    .numbers(.init(present: 5)), .numbers(.init(present: .some(nil), byHand: [.no: 2])),
    .numbers(.init(byHand: [.abstain: 2])), .chair(casts: .yes), .edit(.init(rule: .absolute)),
  ]

  @Test(
    "every step in every state is done once, was so already, or is refused and changes nothing",
    arguments: State.allCases, steps)
  func exhaustive(state: State, step: Step) throws {
    let before = try state.room
    var room = before
    do {
      let entries = try room.apply(step, tally: state.tally, at: 2_000)
      #expect(room.version == before.version + (entries.isEmpty ? 0 : 1))
      if entries.isEmpty { #expect(room == before) }
      try check(room)
      // The same press again, by somebody who has not seen what came of it.
      if !entries.isEmpty {
        var twice = room
        #expect(throws: StepRefusal.stale) {
          try twice.apply(step, version: before.version, tally: Tally(), at: 3_000)
        }
        #expect(twice == room)
      }
      // By a script, which knows no version.
      let once = room
      do {
        _ = try room.apply(step, tally: state.tally, at: 3_000)
        try check(room)
      } catch { #expect(room == once) }
    } catch {
      #expect(error is StepRefusal)
      #expect(room == before)
    }
  }

  /// What is so in every state.
  private func check(_ room: Room) throws {
    #expect(zip(room.rounds, room.rounds.dropFirst()).allSatisfy { $0.number < $1.number })
    #expect(room.nextNumber > room.rounds.last?.number ?? 0)
    #expect(room.rounds.dropLast().allSatisfy { $0.isArchived })
    for round in room.rounds {
      #expect(round.isOpen == (round.closedSeconds == nil))
      #expect(!round.isOpen || !round.isArchived)
      #expect(round.closesAt == nil || round.isOpen)
      #expect(round.phase != .revealed || !round.isHidden)
    }
    if let last = room.rounds.last { #expect(last.isArchived == (room.draft != nil)) }
    #expect((0...room.prepared.count).contains(room.preparedPosition))
    if let shown = room.shownRound {
      #expect(room.rounds.contains { $0.number == shown && $0.isArchived })
    }
  }

  /// What `next` and `undo` make of each state: the phase, whether the numbers are hidden, and what is
  /// asked.
  private func told(_ room: Room) -> String {
    if let draft = room.draft { return "draft \(draft.question.text)" }
    guard let round = room.round else { return "nothing" }
    return "\(round.phase)\(round.isHidden ? " hidden" : "") \(round.question.text)"
  }

  @Test(
    "next goes on, undo takes one step back",
    arguments: [
      (.nothing, "nothingPrepared", "nothingThere"), (.draft, "open hidden Tea?", "nothing"),
      (.openShown, "closed Tea?", "draft Tea?"), (.openHidden, "closed hidden Tea?", "draft Tea?"),
      (.openWithBallots, "closed Tea?", "hasBallots"),
      (.closedShown, "nothingPrepared", "open Tea?"),
      (.closedHidden, "revealed Tea?", "open hidden Tea?"),
      (.revealed, "nothingPrepared", "closed hidden Tea?"),
      (.draftAfterRound, "open Milk?", "closed Tea?"),
      (.openCountdown, "closed Tea?", "draft Tea?"),
    ] as [(State, String, String)])
  func ways(state: State, next: String, undo: String) throws {
    for (step, expected) in [(Step.next, next), (.undo, undo)] {
      var room = try state.room
      do {
        _ = try room.apply(step, tally: state.tally, at: 2_000)
        #expect(told(room) == expected, "\(step)")
      } catch {
        #expect("\(error)" == expected, "\(step)")
      }
    }
  }

  @Test("next takes what is prepared, one after the other; undo puts it back")
  func prepared() throws {
    var room = Room()
    room.preset = .talk
    func take(_ step: Step) throws { _ = try room.apply(step, tally: Tally(yes: 1), at: 1_000) }
    try take(.prepare([Self.tea, Self.milk]))
    try take(.next)
    #expect(told(room) == "draft Tea?")
    try take(.undo)
    #expect(Array(room.preparedRest) == [Self.tea, Self.milk])
    for expected in [
      "draft Tea?", "open hidden Tea?", "closed hidden Tea?", "revealed Tea?", "draft Milk?",
    ] {
      try take(.next)
      #expect(told(room) == expected)
    }
    try take(.undo)
    #expect(told(room) == "revealed Tea?")
    #expect(Array(room.preparedRest) == [Self.milk])
  }

  @Test("a round keeps the preset that its question began with, and asked again it has it again")
  func preset() throws {
    var room = Room()
    room.preset = .talk
    func take(_ step: Step) throws { _ = try room.apply(step, tally: Tally(), at: 1_000) }
    try take(.ask(Self.tea, isHidden: false, isDraft: false, preset: .formal))
    #expect(room.round?.preset == .formal && room.round?.isHidden == false)
    try take(.undo)
    #expect(room.draft?.preset == .formal)
    for step in [Step.open, .edit(.init(text: "Milk?", rule: .unanimous)), .close, .again] {
      try take(step)
    }
    #expect(room.rounds.map(\.preset) == [.formal, .formal])
    for step in [Step.prepare([Self.tea]), .close, .next, .next] { try take(step) }
    #expect(room.round?.preset == .talk && room.round?.isHidden == true)
    try take(.ask(Self.tea, isHidden: false, isDraft: false))
    #expect(room.round?.preset == nil)
  }

  @Test("a draft that gives way to another question is not lost")
  func draftIsKept() throws {
    var room = try State.draft.room
    _ = try room.apply(.ask(Self.milk, isHidden: false, isDraft: false), tally: Tally(), at: 0)
    #expect(told(room) == "open Milk?")
    #expect(Array(room.preparedRest) == [Self.tea])
  }

  @Test("a list that is full takes no draft back, and the draft stays")
  func fullList() throws {
    var room = Room()
    let full = (1...Room.maxPrepared).map { Question("\($0)?") }
    _ = try room.apply(.ask(Self.milk, isHidden: false, isDraft: true), tally: Tally(), at: 0)
    _ = try room.apply(.prepare(full), tally: Tally(), at: 0)
    for step in [Step.undo, .ask(Self.tea, isHidden: false, isDraft: true)] {
      #expect(throws: StepRefusal.listFull) { try room.apply(step, tally: Tally(), at: 0) }
    }
    #expect(throws: StepRefusal.listFull) {
      try room.apply(.prepare(full + [Self.tea]), tally: Tally(), at: 0)
    }
    #expect(told(room) == "draft Milk?")
    #expect(room.prepared == full)
  }

  @Test("a round that is withdrawn keeps its number to itself")
  func numbers() throws {
    var room = try State.openShown.room
    _ = try room.apply(.undo, tally: Tally(), at: 0)
    #expect(room.rounds.isEmpty)
    _ = try room.apply(.open, tally: Tally(), at: 0)
    #expect(room.round?.number == 2)
  }

  @Test("asked again, a round is hidden if it was asked so, whatever was shown since")
  func again() throws {
    var room = try State.revealed.room
    _ = try room.apply(.again, tally: Tally(yes: 1), at: 0)
    #expect(told(room) == "open hidden Tea?")
    #expect(room.rounds.map(\.isHidden) == [false, true])
  }

  @Test("a round that is archived while hidden stays hidden until its number is revealed")
  func archived() throws {
    var room = try State.closedHidden.room
    func take(_ step: Step) throws -> [RecordEntry.Kind] {
      try room.apply(step, tally: Tally(yes: 1), at: 1_000).map(\.kind)
    }
    #expect(try take(.ask(Self.milk, isHidden: false, isDraft: false)) == [.archived, .opened])
    #expect(room.rounds[0].isHidden)
    #expect(try take(.peek(round: 1)) == [.peeked])
    #expect(room.rounds[0].isHidden)
    #expect(try take(.show(round: 1)) == [.shown])
    #expect(try take(.reveal(round: 1)) == [.revealed])
    #expect(!room.rounds[0].isHidden && room.rounds[0].phase == .revealed)
    #expect(room.shownRound == 1)
    #expect(try take(.close) == [.closed])
    #expect(room.shownRound == nil)
  }

  @Test("while a round is open, its numbers are hidden from the host too")
  func noPeek() throws {
    var room = try State.openHidden.room
    #expect(throws: StepRefusal.stillOpen) {
      try room.apply(.peek(), tally: Tally(yes: 1), at: 0)
    }
  }

  @Test("labels are mended while a round is open, but never exchanged")
  func edit() throws {
    var room = Room()
    let question = Question("Tea?", abstainLabel: "None")
    _ = try room.apply(.ask(question, isHidden: false, isDraft: false), tally: Tally(), at: 0)
    for edit in [
      Step.Edit(yesLabel: "no", noLabel: "yes"),
      Step.Edit(noLabel: "NONE", abstainLabel: .label("Nay")),
      Step.Edit(abstainLabel: Step.Edit.AbstainLabel.none), Step.Edit(yesLabel: "None"),
    ] {
      #expect(throws: StepRefusal.wouldFlipBallots) {
        try room.apply(.edit(edit), tally: Tally(yes: 1), at: 0)
      }
    }
    _ = try room.apply(.edit(.init(text: "Tee?", yesLabel: "Ja")), tally: Tally(yes: 1), at: 0)
    #expect(room.round?.question == Question("Tee?", yesLabel: "Ja", abstainLabel: "None"))
  }

  @Test("a countdown closes its round when the grace is over, and not before")
  func countdown() throws {
    var room = try State.openCountdown.room
    #expect(room.round?.closesAt == 31_000)
    let end = 31_000 + Room.graceMilliseconds
    #expect(room.closeByCountdown(tally: Tally(), at: end - 1).isEmpty)
    _ = try room.apply(.countdown(.extend(seconds: 30)), tally: Tally(yes: 1), at: 20_000)
    #expect(room.closeByCountdown(tally: Tally(), at: end).isEmpty)
    #expect(
      room.closeByCountdown(tally: Tally(), at: end + 30_000).map(\.kind) == [.closedByCountdown])
    #expect(told(room) == "closed Tea?")
    _ = try room.apply(.undo, tally: Tally(yes: 1), at: 70_000)
    #expect(room.round?.isOpen == true && room.round?.closesAt == nil)
  }

  @Test("a countdown is never longer than ten minutes from now, and what is cut off is on record")
  func longest() throws {
    var room = try State.openCountdown.room
    for (seconds, kind) in [
      (540, RecordEntry.Kind.countdownExtended), (30, .countdownExtended), (10, .countdownFilled),
      (600, .countdownFilled),
    ] {
      let entries = try room.apply(
        .countdown(.extend(seconds: seconds)), tally: Tally(yes: 1), at: 1_000)
      #expect(entries.map(\.kind) == [kind])
    }
    #expect(room.round?.closesAt == 601_000)
  }

  @Test("what is for a round that was opened is refused for a draft, and the refusal says so")
  func notOpenYet() throws {
    for state in [State.draft, .draftAfterRound] {
      for step in [
        Step.close, .reveal(), .hide, .again, .peek(), .countdown(.start(seconds: 30)),
        .countdown(.extend(seconds: 30)), .countdown(.cancel),
      ] {
        var room = try state.room
        #expect(throws: StepRefusal.notOpenYet, "\(step)") {
          try room.apply(step, tally: Tally(), at: 0)
        }
      }
    }
    var room = Room()
    #expect(throws: StepRefusal.nothingThere) {
      try room.apply(.countdown(.start(seconds: 30)), tally: Tally(), at: 0)
    }
  }

  @Test("a start asks the first question once, and gives a countdown ten seconds")
  func start() throws {
    var room = Room()
    #expect(room.start(asking: nil, at: 0).isEmpty)
    #expect(room.start(asking: Self.tea, at: 0).map(\.kind) == [.opened])
    #expect(room.start(asking: Self.milk, at: 0).isEmpty)
    _ = try room.apply(.countdown(.start(seconds: 30)), tally: Tally(yes: 1), at: 0)
    #expect(room.start(asking: nil, at: 15_000).isEmpty)
    #expect(room.start(asking: nil, isFirst: false, at: 90_000).isEmpty)
    #expect(room.start(asking: nil, at: 90_000).map(\.kind) == [.countdownProlonged])
    #expect(room.round?.closesAt == 100_000)
  }
}
