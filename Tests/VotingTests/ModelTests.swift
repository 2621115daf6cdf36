import Testing

@testable import Voting

@Suite("A box behaves as a dictionary of ballots")
struct ModelTests {
  @Test(
    "the model: a box behaves as a dictionary of ballots, whatever people, presenters and disks do",
    arguments: Storage.allCases, 1...12)
  func anything(storage: Storage, seed: UInt64) async throws {
    var play = try Play(storage, seed: seed)
    for step in 1...60 {
      try await play.step()
      try await play.check("seed \(seed), step \(step)")
    }
    await play.room.box.finish()
    guard storage == .sqlite else { return }
    let recount = try Recount(path: play.room.directory.file)
    #expect(recount.counts == play.room.box.counts, "seed \(seed)")
    #expect(recount.inconsistencies.isEmpty, "seed \(seed)")
  }
}

/// What happened, in a form too simple to be wrong, beside the box that it happened to.
private struct Play {
  var room: Hall
  private var random: SplitMix64
  /// By round, the first one first; what every number says there.
  private var rounds: [[Int: Choice]] = [[:]]
  private var questions = [Hall.question.text]
  private var isOpen = true
  private var browsers: [BallotKey] = []
  private var sequence = 0

  init(_ storage: Storage, seed: UInt64) throws {
    room = try Hall(storage)
    random = SplitMix64(state: seed)
  }

  mutating func step() async throws {
    switch Int.random(in: 0..<22, using: &random) {
    case 7, 8: try await takeAnyStep()
    case 0: isOpen = try await room.box.take(.close).round?.isOpen == true
    case 1, 2: isOpen = try await room.box.take(.open).round?.isOpen == true
    case 3:
      try await room.box.take(.again)
      begin(questions.last!)
    case 9: try await undo()
    case 4: try await ask()
    case 5: try await restart()
    case 6: await voteOnFailingDisk()
    default: try await vote()
    }
  }

  /// Compares every number that anyone can see.
  func check(_ when: Comment) async throws {
    let tallies = rounds.map { ballots in
      Tally(
        yes: ballots.values.count { $0 == .yes }, no: ballots.values.count { $0 == .no })
    }
    #expect(room.box.counts.map(\.tally) == tallies, when)
    #expect(room.box.counts.map(\.round.question.text) == questions, when)
    #expect(room.box.counts.map(\.round.isOpen) == rounds.dropLast().map { _ in false } + [isOpen])
    #expect(room.box.snapshot.tally == tallies.last, when)
    #expect(room.screen.snapshots.last ?? room.box.snapshot == room.box.snapshot, when)
    for key in browsers.suffix(30) {
      #expect(await room.box.ballot(of: key)?.choice == rounds.last?[key.number], when)
    }
    let sequences = room.screen.snapshots.map(\.sequence)
    #expect(zip(sequences, sequences.dropFirst()).allSatisfy(<), when)
    #expect(room.box.snapshot.sequence >= sequence, when)
  }

  /// From the draft's point of view: a round without ballots is withdrawn and opened again.
  private mutating func undo() async throws {
    guard isOpen, rounds.last?.isEmpty == true else { return }
    try await room.box.perform(.undo)
    #expect(room.box.standing.room.draft?.question.text == questions.last)
    #expect(room.box.counts.count == rounds.count - 1)
    #expect(room.box.snapshot.tally.total == rounds.dropLast().last?.count ?? 0)
    for key in browsers.suffix(5) {
      #expect(await room.box.ballot(of: key)?.choice == rounds.dropLast().last?[key.number])
    }
    try await room.box.perform(.open)
  }

  private mutating func begin(_ question: String) {
    rounds.append([:])
    questions.append(question)
    isOpen = true
  }

  /// Steps that change no round's ballots: their outcome is that of the pure value.
  private mutating func takeAnyStep() async throws {
    let steps: [Step] = [
      .hide, .reveal(), .peek(), .stage(.black), .stage(.result), .say("Soon."), .say(""),
      .prepare([Question("Milk?", abstainLabel: "None"), Question("Sugar?")]),
      .address("http://a/"),
      .address(nil), .show(round: 1), .show(round: nil), .reveal(round: 1),
      .edit(.init(yesLabel: "Yea")), .countdown(.start(seconds: 60)), .countdown(.cancel),
      .countdown(.extend(seconds: 30)),
    ]
    let step = steps.randomElement(using: &random)!
    var expected = room.box.standing.room
    let version: Int? = Bool.random(using: &random) ? expected.version : nil
    let hasBallots = rounds.last?.isEmpty == false
    do {
      let entries = try expected.apply(
        step, version: version, tally: Tally(yes: hasBallots ? 1 : 0), at: Hall.milliseconds)
      let standing = try await room.box.perform(step, version: version)
      #expect(standing.room == expected)
      #expect(standing.record.suffix(entries.count) == entries[...])
      await #expect(throws: StepError.self) {
        try await room.box.perform(step, version: expected.version + 1)
      }
    } catch let refusal as StepRefusal {
      await #expect(throws: StepError.refused(refusal, room.box.standing)) {
        try await room.box.perform(step, version: version)
      }
    }
  }

  private mutating func ask() async throws {
    let question = "Question \(Int.random(in: 1...2, using: &random))?"
    try await room.box.perform(.ask(Question(question), isHidden: false, isDraft: false))
    begin(question)
  }

  /// Half of the time the server is stopped; the other half, the power fails.
  private mutating func restart() async throws {
    guard room.storage == .sqlite else { return }
    sequence = room.box.snapshot.sequence + 1
    let before = room.box.standing
    if Bool.random(using: &random) {
      await room.box.finish()
      room = try Hall(room.storage, in: room.directory)
    } else {
      room = try Hall(room.storage, in: room.directory.afterCrash())
    }
    #expect(room.box.standing == before)
  }

  private mutating func vote() async throws {
    let votes = (0..<Int.random(in: 1...20, using: &random)).map { _ in someVote() }
    for (vote, result) in zip(votes, await room.castTogether(votes)) {
      guard isOpen else {
        #expect(result.refusal == .closed)
        continue
      }
      let receipt = try result.get()
      let known = vote.key.flatMap { browsers.contains($0) ? $0 : nil }
      #expect((receipt.newKey == nil) == (known != nil))
      let key = try #require(receipt.newKey ?? known)
      if known == nil {
        #expect(!browsers.contains { $0.number == key.number })
        browsers.append(key)
      }
      rounds[rounds.count - 1][key.number] = vote.choice
    }
  }

  private mutating func voteOnFailingDisk() async {
    room.disk.fail()
    let votes = (0..<5).map { _ in someVote() }
    let failure = BallotBoxError.storage(Disk.full)
    let expected = isOpen ? failure : .closed
    #expect(await room.castTogether(votes).allSatisfy { $0.refusal == expected })
    room.disk.fail(false)
  }

  /// From a new browser, one that got its key with the page, a known one, or a forger.
  private mutating func someVote() -> (choice: Choice, key: BallotKey?) {
    let choice: Choice = Bool.random(using: &random) ? .yes : .no
    let known = browsers.randomElement(using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: return (choice, nil)
    case 1:
      let key = room.box.issueKey()
      browsers.append(key)
      return (choice, key)
    case 2:
      return (choice, known.map { BallotKey(number: $0.number, signature: $0.signature ^ 1) })
    default: return (choice, known)
    }
  }
}

/// A generator with a seed, so that what failed can be played again (Steele, Lea, Flood, 2014).
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
