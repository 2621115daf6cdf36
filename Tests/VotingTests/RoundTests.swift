import TestSupport
import Testing

@testable import Voting

@Suite("Rounds")
struct RoundTests {
  @Test("a closed round takes no vote until it is opened again", arguments: Storage.allCases)
  func closed(storage: Storage) async throws {
    let room = try Room(storage)
    let key = try #require(try await room.box.cast(.yes).newKey)
    let closed = try await room.box.close()
    #expect(closed.round.closedSeconds == 1_800_000_000)
    #expect(await room.box.refusal(of: .no) == .closed)
    #expect(await room.box.refusal(of: .no, key: key) == .closed)
    #expect(room.box.snapshot == closed)
    #expect(try await room.box.close() == closed)
    #expect(try await room.box.open().sequence == closed.sequence + 1)
    _ = try await room.box.cast(.no, key: key)
    #expect(room.box.snapshot.tally == Tally(no: 1))
  }

  @Test("a vote that waits when the round is closed is counted", arguments: Storage.allCases)
  func lastVote(storage: Storage) async throws {
    let room = try Room(storage)
    let (close, vote) = room.executor.held {
      let close = Task.immediate { try await room.box.close() }
      return (close, Task.immediate { try await room.box.cast(.yes) })
    }
    #expect(try await close.value.tally == Tally(yes: 1))
    _ = try await vote.value
  }

  @Test("another question archives the round and starts from zero", arguments: Storage.allCases)
  func nextQuestion(storage: Storage) async throws {
    let room = try Room(storage)
    let key = try #require(try await room.box.cast(.yes).newKey)
    let first = room.box.snapshot
    let second = try await room.box.start(Question("Will it snow?"))
    #expect(second.round.number == first.round.number + 1)
    #expect(second.tally == Tally())
    #expect(second.sequence > first.sequence)
    #expect(room.box.choice(of: key) == nil)
    _ = try await room.box.cast(.no, key: key)
    let counts = room.box.counts
    #expect(counts.map(\.tally) == [Tally(yes: 1), Tally(no: 1)])
    #expect(counts.map(\.round.isOpen) == [false, true])
  }

  @Test("the same question goes on with its tally and its new labels", arguments: Storage.allCases)
  func sameQuestion(storage: Storage) async throws {
    let room = try Room(storage)
    _ = try await room.box.cast(.yes)
    let relabelled = Question(Room.question.text, yesLabel: "Surely", noLabel: "Never")
    let snapshot = try await room.box.start(relabelled)
    #expect(snapshot.round.number == 1)
    #expect(snapshot.round.question == relabelled)
    #expect(snapshot.tally == Tally(yes: 1))
    #expect(try await room.box.start(relabelled) == snapshot)
  }

  @Test("voting again keeps the old round", arguments: Storage.allCases)
  func voteAgain(storage: Storage) async throws {
    let room = try Room(storage)
    _ = try await room.box.cast(.yes)
    let again = try await room.box.voteAgain()
    #expect(again.round.question == Room.question)
    #expect(again.tally == Tally())
    #expect(room.box.counts.map(\.tally) == [Tally(yes: 1), Tally()])
  }
}

@Suite("When the ledger fails")
struct FaultTests {
  @Test(
    "every vote in hand fails, nothing is shown, and voting resumes by itself",
    arguments: Storage.allCases, [Disk.Step.begin, .record, .save, .commit])
  func votes(storage: Storage, step: Disk.Step) async throws {
    let room = try Room(storage)
    let key = try #require(try await room.box.cast(.yes).newKey)
    let before = room.box.snapshot
    room.disk.fail(at: step)
    for _ in 1...2 {
      let failed = await room.castTogether([(.no, key), (.yes, nil), (.no, nil)])
      #expect(failed.map(\.refusal) == Array(repeating: .storage(Disk.full), count: 3))
    }
    #expect(room.disk.faults == [Disk.full])
    #expect(room.box.snapshot == before)
    #expect(room.box.choice(of: key) == .yes)
    room.disk.fail(at: nil)
    _ = try await room.box.cast(.no, key: key)
    #expect(room.box.snapshot.tally == Tally(no: 1))
    #expect(room.box.counts.map(\.tally) == [Tally(no: 1)])
    #expect(room.screen.snapshots.count == 2)
  }

  @Test(
    "a round is not changed when the ledger fails", arguments: Storage.allCases,
    [Disk.Step.begin, .save, .commit])
  func rounds(storage: Storage, step: Disk.Step) async throws {
    let room = try Room(storage)
    let before = room.box.snapshot
    room.disk.fail(at: step)
    let failure = BallotBoxError.storage(Disk.full)
    await #expect(throws: failure) { try await room.box.close() }
    await #expect(throws: failure) { try await room.box.voteAgain() }
    #expect(room.box.snapshot == before)
    room.disk.fail(at: nil)
    #expect(room.box.counts.map(\.round) == [before.round])
    #expect(try await room.box.close().sequence == before.sequence + 1)
  }

  @Test("ballot numbers that could not be reserved are not handed out", arguments: Storage.allCases)
  func numbers(storage: Storage) async throws {
    let room = try Room(storage)
    room.disk.fail(at: .commit)
    while room.box.issueKey() != nil {}
    #expect(await room.box.refusal(of: .yes) == .busy)
    room.disk.fail(at: nil)
    while room.box.issueKey() == nil { await Task.yield() }
    _ = try await room.box.cast(.yes)
    #expect(room.box.snapshot.tally == Tally(yes: 1))
  }
}
