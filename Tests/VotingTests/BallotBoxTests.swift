import TestSupport
import Testing

@testable import Voting

@Suite("One ballot per browser")
struct BallotBoxTests {
  @Test("a first vote is counted, shown, and given a key", arguments: Storage.allCases)
  func firstVote(storage: Storage) async throws {
    let room = try Hall(storage)
    let start = room.box.snapshot
    #expect(start.tally == Tally())
    let receipt = try await room.box.cast(.yes)
    let key = try #require(receipt.newKey)
    #expect(receipt.choice == .yes)
    #expect(room.box.isValid(key))
    #expect(room.box.snapshot.tally == Tally(yes: 1))
    #expect(room.box.snapshot.sequence == start.sequence + 1)
    #expect(room.screen.snapshots == [room.box.snapshot])
    #expect(await room.box.ballot(of: key)?.choice == .yes)
  }

  @Test("the same vote by one browser again changes nothing", arguments: Storage.allCases)
  func repeated(storage: Storage) async throws {
    let room = try Hall(storage)
    let key = try #require(try await room.box.cast(.no).newKey)
    let before = room.box.snapshot
    let again = try await room.box.cast(.no, key: key)
    #expect(again.choice == .no && again.newKey == nil)
    #expect(room.box.snapshot == before)
    #expect(room.screen.snapshots == [before])
  }

  @Test("a second vote by one browser replaces the first", arguments: Storage.allCases)
  func moved(storage: Storage) async throws {
    let room = try Hall(storage)
    let key = try #require(try await room.box.cast(.yes).newKey)
    _ = try await room.box.cast(.no, key: key)
    #expect(room.box.snapshot.tally == Tally(no: 1))
    #expect(await room.box.ballot(of: key)?.choice == .no)
    _ = try await room.box.cast(.yes, key: key)
    #expect(room.box.snapshot.tally == Tally(yes: 1))
  }

  @Test("a first vote with a key issued before it may be repeated", arguments: Storage.allCases)
  func issuedBefore(storage: Storage) async throws {
    let room = try Hall(storage)
    let key = room.box.issueKey()
    #expect(await room.box.ballot(of: key)?.choice == nil)
    let results = await room.castTogether([(.yes, key), (.yes, key), (.yes, key)])
    for result in results { #expect(try result.get().newKey == nil) }
    #expect(room.box.snapshot.tally == Tally(yes: 1))
  }

  @Test("a forged or foreign key makes a new ballot", arguments: Storage.allCases)
  func forged(storage: Storage) async throws {
    let room = try Hall(storage)
    let victim = try #require(try await room.box.cast(.yes).newKey)
    let foreign = try Hall(storage).box.issueKey()
    let unissued = BallotKey(number: .max, signature: 0)
    for key in [
      BallotKey(number: victim.number, signature: victim.signature ^ 1), foreign, unissued,
    ] {
      #expect(!room.box.isValid(key))
      #expect(await room.box.ballot(of: key)?.choice == nil)
      let newKey = try #require(try await room.box.cast(.no, key: key).newKey)
      #expect(newKey != victim)
    }
    #expect(room.box.snapshot.tally == Tally(yes: 1, no: 3))
    #expect(await room.box.ballot(of: victim)?.choice == .yes)
  }

  @Test("where a browser has many ballots, every vote is one", arguments: Storage.allCases)
  func many(storage: Storage) async throws {
    let room = try Hall(storage, ballots: .many)
    let forged = BallotKey(number: 1, signature: 1)
    for _ in 1...3 { #expect(try await room.box.cast(.yes, key: forged).newKey == nil) }
    #expect(try await room.box.cast(.no).newKey == nil)
    #expect(room.box.snapshot.tally == Tally(yes: 3, no: 1))
    #expect(await room.box.ballot(of: forged)?.choice == nil)
  }

  @Test(
    "where a browser has many ballots, a repeat under the key of a press counts once",
    arguments: Storage.allCases)
  func repeatedPress(storage: Storage) async throws {
    let room = try Hall(storage, ballots: .many)
    var key = room.box.issueKey()
    for press in 1...3 {
      let next = try #require(try await room.box.cast(.yes, key: key).newKey)
      #expect(next != key)
      // What was in flight when the power failed, say.
      for repeated in await room.castTogether([(.yes, key), (.yes, key)]) {
        #expect(try repeated.get().newKey != nil)
      }
      #expect(room.box.snapshot.tally == Tally(yes: press))
      key = next
    }
    await room.box.finish()
    guard storage == .sqlite else { return }
    let again = try Hall(storage, ballots: .many, in: room.directory.copy())
    #expect(again.box.snapshot.tally == Tally(yes: 3))
    _ = try await again.box.cast(.no, key: key)
    _ = try await again.box.cast(.no, key: key)
    #expect(again.box.snapshot.tally == Tally(yes: 3, no: 1))
  }

  @Test("the name of a ledger's cookie is its own, and the same after a restart")
  func cookieSuffix() throws {
    let first = try Hall(.sqlite)
    #expect(first.box.cookieSuffix.wholeMatch(of: /[a-z0-9]{6}/) != nil)
    #expect(first.box.cookieSuffix != (try Hall(.sqlite).box.cookieSuffix))
    let again = try Hall(.sqlite, in: first.directory.copy("", "-wal"))
    #expect(first.box.cookieSuffix == again.box.cookieSuffix)
  }

  @Test("votes whose key came with no page are counted apart", arguments: Storage.allCases)
  func withoutPage(storage: Storage) async throws {
    let room = try Hall(storage)
    let key = room.box.issueKey()
    _ = try await room.box.cast(.yes, key: key)
    #expect(room.box.statistics.acknowledgedWithoutPage == 0)
    for _ in 1...3 { _ = try await room.box.cast(.yes) }
    #expect(room.box.statistics.acknowledgedWithoutPage == 3)
    #expect(room.box.statistics.acknowledged == Tally(yes: 4))
  }
}

@Suite("Votes that wait for the disk")
struct WaitingTests {
  @Test("votes that gather share one transaction", arguments: Storage.allCases)
  func together(storage: Storage) async throws {
    let room = try Hall(storage)
    let results = await room.castTogether((0..<100).map { ($0 % 4 == 0 ? .no : .yes, nil) })
    #expect(Set(try results.map { try #require(try $0.get().newKey).number }).count == 100)
    #expect(room.screen.snapshots.map(\.tally) == [Tally(yes: 75, no: 25)])
  }

  @Test("a vote past the limit is refused, and one that comes later is not")
  func busy() async throws {
    let room = try Hall(.memory, maxPendingVotes: 3)
    let results = await room.castTogether((0..<5).map { _ in (.yes, nil) })
    #expect(results.filter { $0.refusal == .busy }.count == 2)
    #expect(room.box.snapshot.tally == Tally(yes: 3))
    _ = try await room.box.cast(.yes)
    #expect(room.box.snapshot.tally == Tally(yes: 4))
    let statistics = room.box.statistics
    #expect(statistics.acknowledged == Tally(yes: 4))
    #expect(statistics.refusedBusy == 2)
    #expect(statistics.commits == 2)
    #expect(statistics.largestBatch == 3)
  }

  @Test("whoever is acknowledged finds the vote on the screen", arguments: Storage.allCases)
  func shownFirst(storage: Storage) async throws {
    let room = try Hall(storage)
    try await withThrowingTaskGroup { group in
      for _ in 0..<50 {
        group.addTask {
          let before = room.box.snapshot.tally.total
          _ = try await room.box.cast(.yes)
          let shown = try #require(room.screen.snapshots.last)
          #expect(shown.tally.total > before)
        }
      }
      try await group.waitForAll()
    }
    #expect(room.screen.snapshots.last == room.box.snapshot)
    #expect(room.box.snapshot.tally == Tally(yes: 50))
  }

  @Test("votes that wait when the box is finished are counted", arguments: Storage.allCases)
  func finish(storage: Storage) async throws {
    let room = try Hall(storage)
    let (finish, vote) = room.executor.held {
      let finish = Task.immediate { await room.box.finish() }
      return (finish, Task.immediate { try await room.box.cast(.yes) })
    }
    await finish.value
    _ = try await vote.value
    #expect(room.box.snapshot.tally == Tally(yes: 1))
    #expect(await room.box.refusal(of: .yes) == .finished)
    await #expect(throws: StepError.finished) { try await room.box.perform(.close) }
    #expect(room.box.snapshot.tally == Tally(yes: 1))
  }

  @Test(
    "a thousand first votes at once, retried and changed, count once each",
    arguments: Storage.allCases)
  func thousand(storage: Storage) async throws {
    let room = try Hall(storage)
    try await withThrowingTaskGroup { group in
      for browser in 0..<1000 {
        group.addTask {
          let first: Choice = browser % 3 == 0 ? .no : .yes
          let changed: Choice = browser % 5 == 0 ? .no : .yes
          var key = browser % 2 == 0 ? room.box.issueKey() : nil
          key = try await room.box.cast(first, key: key).newKey ?? key
          _ = try await room.box.cast(first, key: key)
          if browser % 7 == 0 { _ = try await room.box.cast(changed, key: key) }
        }
      }
      try await group.waitForAll()
    }
    let yes = (0..<1000).count { $0 % (($0 % 7 == 0) ? 5 : 3) != 0 }
    #expect(room.box.snapshot.tally == Tally(yes: yes, no: 1000 - yes))
    #expect(room.box.counts.map(\.tally) == [room.box.snapshot.tally])
    let sequences = room.screen.snapshots.map(\.sequence)
    #expect(zip(sequences, sequences.dropFirst()).allSatisfy(<))
  }
}
