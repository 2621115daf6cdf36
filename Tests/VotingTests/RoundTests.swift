import TestSupport
import Testing

@testable import Voting

@Suite("Rounds")
struct RoundTests {
  @Test("a closed round takes no vote until it is opened again", arguments: Storage.allCases)
  func closed(storage: Storage) async throws {
    let room = try Hall(storage)
    let key = try #require(try await room.box.cast(.yes).newKey)
    let closed = try await room.box.take(.close)
    #expect(closed.round?.closedSeconds == 1_800_000_000)
    #expect(await room.box.refusal(of: .no) == .closed)
    #expect(await room.box.refusal(of: .no, key: key) == .closed)
    #expect(room.box.snapshot == closed)
    #expect(try await room.box.take(.close) == closed)
    #expect(try await room.box.take(.open).sequence == closed.sequence + 1)
    _ = try await room.box.cast(.no, key: key)
    #expect(room.box.snapshot.tally == Tally(no: 1))
  }

  @Test("a vote that waits when the round is closed is counted", arguments: Storage.allCases)
  func lastVote(storage: Storage) async throws {
    let room = try Hall(storage)
    let (close, vote) = room.executor.held {
      let close = Task.immediate { try await room.box.take(.close) }
      return (close, Task.immediate { try await room.box.cast(.yes) })
    }
    #expect(try await close.value.tally == Tally(yes: 1))
    _ = try await vote.value
  }

  @Test("another question archives the round and starts from zero", arguments: Storage.allCases)
  func nextQuestion(storage: Storage) async throws {
    let room = try Hall(storage)
    let key = try #require(try await room.box.cast(.yes).newKey)
    let first = room.box.snapshot
    let second = try await room.box.take(
      .ask(Question("Will it snow?"), isHidden: false, isDraft: false))
    #expect(second.round?.number == first.round.map { $0.number + 1 })
    #expect(second.tally == Tally())
    #expect(second.sequence > first.sequence)
    #expect(await room.box.ballot(of: key)?.choice == nil)
    _ = try await room.box.cast(.no, key: key)
    let counts = room.box.counts
    #expect(counts.map(\.tally) == [Tally(yes: 1), Tally(no: 1)])
    #expect(counts.map(\.round.isOpen) == [false, true])
  }

  @Test("a round goes on with its tally and its new labels", arguments: Storage.allCases)
  func sameQuestion(storage: Storage) async throws {
    let room = try Hall(storage)
    _ = try await room.box.cast(.yes)
    let relabelled = Question(Hall.question.text, yesLabel: "Surely", noLabel: "Never")
    let edit = Step.edit(Step.Edit(yesLabel: "Surely", noLabel: "Never"))
    let snapshot = try await room.box.take(edit)
    #expect(snapshot.round?.number == 1)
    #expect(snapshot.round?.question == relabelled)
    #expect(snapshot.tally == Tally(yes: 1))
    #expect(try await room.box.take(edit) == snapshot)
  }

  @Test("voting again keeps the old round", arguments: Storage.allCases)
  func voteAgain(storage: Storage) async throws {
    let room = try Hall(storage)
    _ = try await room.box.cast(.yes)
    let again = try await room.box.take(.again)
    #expect(again.round?.question == Hall.question)
    #expect(again.tally == Tally())
    #expect(room.box.counts.map(\.tally) == [Tally(yes: 1), Tally()])
  }
}

@Suite("When the ledger fails")
struct FaultTests {
  @Test(
    "every vote in hand fails, nothing is shown, and voting resumes by itself",
    arguments: Storage.allCases)
  func votes(storage: Storage) async throws {
    let room = try Hall(storage)
    let key = try #require(try await room.box.cast(.yes).newKey)
    let before = room.box.snapshot
    room.disk.fail()
    for _ in 1...2 {
      let failed = await room.castTogether([(.no, key), (.yes, nil), (.no, nil)])
      #expect(failed.map(\.refusal) == Array(repeating: .storage(Disk.full), count: 3))
    }
    #expect(room.disk.faults == [Disk.full])
    #expect(room.box.snapshot == before)
    #expect(await room.box.ballot(of: key)?.choice == .yes)
    room.disk.fail(false)
    _ = try await room.box.cast(.no, key: key)
    #expect(room.box.snapshot.tally == Tally(no: 1))
    #expect(room.box.counts.map(\.tally) == [Tally(no: 1)])
    #expect(room.screen.snapshots.count == 2)
  }

  @Test("a round is not changed when the ledger fails", arguments: Storage.allCases)
  func rounds(storage: Storage) async throws {
    let room = try Hall(storage)
    let before = room.box.snapshot
    room.disk.fail()
    let failure = StepError.storage(Disk.full)
    await #expect(throws: failure) { try await room.box.take(.close) }
    await #expect(throws: failure) { try await room.box.take(.again) }
    #expect(room.box.snapshot == before)
    room.disk.fail(false)
    #expect(room.box.counts.map(\.round) == [before.round].compactMap { $0 })
    #expect(try await room.box.take(.close).sequence == before.sequence + 1)
  }
}
