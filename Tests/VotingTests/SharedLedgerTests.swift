import EventLoop
import Synchronization
import TestSupport
import Testing

@testable import Voting

@Suite("Boxes that share a ledger")
struct SharedLedgerTests {
  /// Two servers before one ledger, each with a screen.
  private struct Servers: Sendable {
    let shared = SharedMemory()
    let executor = QueueExecutor()
    let screens = [Screen(), Screen()]
    let clock = ManualClock()
    let boxes: [BallotBox]

    init() throws {
      boxes = try screens.indices.map { [shared, executor, screens, clock] index in
        try BallotBox(
          ledger: shared.ledger(), executor: executor, question: Hall.question,
          clock: LoopClock.manual(clock), now: { Hall.milliseconds },
          onChange: screens[index].show,
          instance: { Instance(id: "\(index)", name: "server \(index)") })
      }
    }

    /// What pages are told that all ask the first server at once.
    func ballots(of keys: [BallotKey]) async -> [Ballot?] {
      let tasks = executor.held {
        keys.map { key in Task.immediate { await boxes[0].ballot(of: key) } }
      }
      var ballots: [Ballot?] = []
      for task in tasks { ballots.append(await task.value) }
      return ballots
    }

    /// Until both have looked.
    func look() async throws {
      for (index, box) in boxes.enumerated() {
        try await box.lookAround(telling: Instance(id: "\(index)", name: "server \(index)"))
      }
    }
  }

  @Test("a browser has one ballot, whichever server it reaches, and both show one tally")
  func oneTally() async throws {
    let servers = try Servers()
    let (one, other) = (servers.boxes[0], servers.boxes[1])
    let key = try #require(try await one.cast(.yes).newKey)
    #expect(other.isValid(key))
    _ = try await other.cast(.no, key: key)
    _ = try await other.cast(.yes)
    try await servers.look()
    for box in servers.boxes {
      #expect(box.snapshot.tally == Tally(yes: 1, no: 1))
      #expect(await box.ballot(of: key)?.choice == .no)
      #expect(box.instances.map(\.id) == ["0", "1"])
    }
    #expect(servers.screens[0].snapshots.last?.tally == Tally(yes: 1, no: 1))
  }

  @Test("what one server's host does holds at the other, also for votes that are under way")
  func steps() async throws {
    let servers = try Servers()
    let (one, other) = (servers.boxes[0], servers.boxes[1])
    let version = other.snapshot.version
    try await one.perform(.close)
    // It has not looked yet, and finds out by the vote itself.
    #expect(await other.refusal(of: .yes) == .closed)
    #expect(other.snapshot.round?.isOpen == false)
    await #expect(throws: StepError.self) { try await other.perform(.open, version: version) }
    try await other.perform(.ask(Question("Milk?"), isHidden: false, isDraft: false))
    _ = try await one.cast(.yes)
    #expect(one.snapshot.round?.question.text == "Milk?")
    #expect(one.snapshot.round?.number == 2 && one.snapshot.tally == Tally(yes: 1))
    #expect(one.snapshot.round.map { one.counts.count == $0.number } == true)
  }

  @Test("numbers that a server hears of are shown at once, and older ones never")
  func hints() async throws {
    let servers = try Servers()
    try await servers.look()
    await servers.boxes[0].watchOthers()
    await servers.boxes[1].watchOthers()
    _ = try await servers.boxes[0].cast(.yes)
    try await eventually { servers.boxes[1].snapshot.tally == Tally(yes: 1) }
    let sequences = servers.screens[1].snapshots.map(\.sequence)
    #expect(sequences == sequences.sorted())
  }

  @Test(
    "votes that are lost are said in the room as long as the host does not know, and counting goes on"
  )
  func loss() async throws {
    let servers = try Servers()
    let (one, other) = (servers.boxes[0], servers.boxes[1])
    let keys = [one.issueKey(), one.issueKey(), one.issueKey()]
    for key in keys { _ = try await one.cast(.yes, key: key) }
    servers.shared.lose(keys.prefix(2).map(\.number), round: 1, noticedBy: 1)
    _ = try await one.cast(.yes, key: keys[0])
    #expect(one.snapshot.tally == Tally(yes: 2))
    try await servers.look()
    for box in servers.boxes {
      #expect(box.snapshot.room.missingVotes == 2)
      #expect(box.standing.record.last?.kind == .votesMissing)
    }
    try await other.perform(.confirmLoss)
    try await servers.look()
    #expect(one.snapshot.room.missingVotes == nil)
    #expect(one.standing.record.last?.kind == .lossConfirmed)
  }

  @Test("pages that ask for their ballots while the store is busy share one question")
  func lookups() async throws {
    let servers = try Servers()
    let box = servers.boxes[0]
    let keys = (0..<50).map { _ in box.issueKey() }
    for (index, key) in keys.enumerated() {
      _ = try await box.cast(index.isMultiple(of: 2) ? .yes : .no, key: key)
    }
    #expect(
      await servers.ballots(of: keys).map(\.?.choice)
        == keys.indices.map {
          $0.isMultiple(of: 2) ? .yes : .no
        })
    #expect(servers.shared.ballotReads == 1)
  }

  @Test("where the store does not answer, one page finds that out and the others do not wait")
  func lookupsWithoutStore() async throws {
    let servers = try Servers()
    let box = servers.boxes[0]
    let keys = (0..<50).map { _ in box.issueKey() }
    for key in keys { _ = try await box.cast(.yes, key: key) }
    servers.shared.setAway(true)
    #expect(await servers.ballots(of: keys).allSatisfy { $0 == nil })
    #expect(!box.isStoring)
    #expect(await servers.ballots(of: keys).allSatisfy { $0 == nil })
    #expect(servers.shared.ballotReads == 1)
    servers.shared.setAway(false)
    try await servers.look()
    #expect(box.isStoring)
    #expect(await servers.ballots(of: keys).allSatisfy { $0?.choice == .yes })
  }

  @Test("a step that was decided on a room that is lost is not done to the one in its place")
  func lostSteps() async throws {
    let servers = try Servers()
    let (one, other) = (servers.boxes[0], servers.boxes[1])
    try await servers.look()
    let copy = servers.shared.copy()
    for step in [Step.close, .hide] { try await one.perform(step) }
    let decidedOn = one.snapshot.version
    servers.shared.putBack(copy, noticedBy: 1)
    try await servers.look()
    for box in servers.boxes {
      #expect(box.snapshot.round?.isOpen == true && box.snapshot.room.missingVotes == 0)
      #expect(box.snapshot.version > decidedOn)
    }
    try await one.perform(.confirmLoss)
    #expect(one.snapshot.room.missingVotes == nil)
    try await servers.look()
    // As many steps later as had been lost.
    try await other.perform(.say("We go on."))
    await #expect(throws: StepError.self) { try await one.perform(.close, version: decidedOn) }
    #expect(one.snapshot.round?.isOpen == true)
  }
}
