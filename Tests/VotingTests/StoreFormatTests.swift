import Testing
import Valkey

@testable import Voting

@Suite("What a store keeps")
struct StoreFormatTests {
  @Test("a room comes back from a store as it was, every part of it")
  func room() throws {
    var room = Room()
    #expect(Room(stored: room.stored) == room)
    room.givesReceipts = true
    let tea = Question(
      "Tea?\0\u{1F375}\n\"\\/", yesLabel: "A", noLabel: "B", abstainLabel: "", rule: .twoThirds,
      chairDecides: true)
    let steps: [Step] = [
      .ask(tea, isHidden: true, isDraft: false), .countdown(.start(seconds: 60)),
      .numbers(.init(present: 5, entitled: 7, byHand: [.yes: 1, .no: 2])), .close, .reveal(),
      .prepare([tea, Question("Here?", isRollCall: true)], from: .min), .next, .say("Soon."),
      .stage(.join), .codes(count: 5, replaces: false), .undo, .address("http://a/"),
    ]
    for step in steps {
      _ = try room.apply(step, tally: Tally(), at: 5_000)
      var kept = try #require(Room(stored: room.stored))
      kept.givesReceipts = true
      #expect(kept == room, "\(step)")
    }
    room.missing = ["1-a": 3]
    #expect(Room(stored: room.stored)?.missing == ["1-a": 3])
  }

  @Test(
    "a room that no program wrote is none",
    arguments: [
      ("", ""), (#""version":2"#, #""version":-1"#),
      (#""preparedPosition":0"#, #""preparedPosition":1"#),
      (#""phase":"open""#, #""phase":"ajar""#), (#""number":1"#, #""number":2"#),
      (#""nextNumber":2"#, #""nextNumber":1"#), (#""rule":"none""#, #""rule":"toss""#),
      (#""stage":"result""#, #""stage":"moon""#), (#""openedSeconds":5"#, #""openedSeconds":-5"#),
      (#""rounds":["#, #""rounds":[null,"#), (#""isHidden":false"#, #""isHidden":0"#),
      (#""codesGeneration":1"#, #""codesGeneration":0"#), (#""no":"No""#, #""no":null"#),
    ])
  func damaged(part: String, other: String) throws {
    var room = Room()
    _ = try room.apply(
      .ask(Question("Tea?"), isHidden: false, isDraft: false), tally: Tally(), at: 5_000)
    _ = try room.apply(.say("x"), tally: Tally(), at: 5_000)
    let text = room.stored
    #expect(Room(stored: text) == room)
    if part.isEmpty {
      #expect(Room(stored: String(text.dropLast())) == nil && Room(stored: "") == nil)
    } else {
      #expect(text.contains(part))
      #expect(Room(stored: text.replacing(part, with: other)) == nil)
    }
  }

  @Test("ballots, lines of the record and fingerprints come back from a store as they were")
  func texts() {
    for ballot in [
      Ballot(voter: 1, choice: .yes), Ballot(voter: 2, choice: .no, receipt: Receipt(number: 0)),
      Ballot(voter: 3, choice: .abstain, receipt: Receipt("ZZZZZZZ")),
    ] {
      #expect(Ballot(voter: ballot.voter, stored: ballot.stored) == ballot)
    }
    for text in ["", "3", "x", ":2222222", "1:", "1:222222", "1:22222220", "-1"] {
      #expect(Ballot(voter: 1, stored: text) == nil, "\(text)")
    }
    for kind in RecordEntry.Kind.allCases {
      for round in [nil, 7] {
        let entry = RecordEntry(seconds: 5, kind: kind, round: round)
        #expect(RecordEntry(stored: entry.stored) == entry)
      }
    }
    for text in ["", "5", "x opened", "-5 opened", "5 opened 0", "5 flown", "5 opened 1 1"] {
      #expect(RecordEntry(stored: text) == nil, "\(text)")
    }
    let fingerprint = Fingerprint(round: 3, text: "a: 1\n\nb\n")
    #expect(Fingerprint(stored: fingerprint.stored) == fingerprint)
    #expect(Fingerprint(stored: "3 ab") == nil && Fingerprint(stored: "x ab\nc") == nil)
  }
}

@Suite("What a store has lost")
struct StoreHistoryTests {
  private static func mark(_ epoch: String, _ sequence: Int, _ counted: Int) -> StoreMark {
    StoreMark(epoch: epoch, sequence: sequence, counted: counted)
  }

  /// The first epoch came to 10 changes, the second one to 20, and the third one is at 30.
  private static let history = StoreHistory(
    ended: ["1-a": mark("1-a", 10, 8), "2-b": mark("2-b", 20, 15)], present: mark("3-c", 30, 22))

  struct Case: Sendable {
    let mark: StoreMark
    var earlier: [String] = []
    var missing: Int?
  }

  @Test(
    "a store has lost what an instance knew of and its epoch did not come to",
    arguments: [
      Case(mark: mark("3-c", 30, 22)), Case(mark: mark("3-c", 25, 20)),
      Case(mark: mark("3-c", 31, 23), missing: 1),
      Case(mark: mark("2-b", 20, 15)), Case(mark: mark("2-b", 24, 17), missing: 2),
      Case(mark: mark("1-a", 9, 8)),
      // A step was lost, and no vote.
      Case(mark: mark("2-b", 21, 15), missing: 0),
      // An older copy, of when the second epoch was at 20.
      Case(mark: mark("3-x", 40, 33), earlier: ["1-a", "2-b"], missing: 18),
      Case(mark: mark("4-x", 40, 33), earlier: ["1-a", "2-y", "3-y"], missing: 25),
      Case(mark: mark("4-x", 40, 33), earlier: [], missing: 33),
      Case(mark: mark("4-x", 40, 33), earlier: ["3-c"], missing: 11),
    ])
  func loss(example: Case) {
    let missing = Self.history.loss(since: example.mark, example.earlier)
    #expect(missing?.count == example.missing)
    #expect(missing == nil || missing?.epoch == example.mark.epoch)
  }

  @Test("epochs of a store have numbers that grow, and are never the same")
  func epochs() {
    let first = StoreMark.newEpoch(after: nil)
    #expect(first.hasPrefix("1-") && first != StoreMark.newEpoch(after: nil))
    #expect(StoreMark.newEpoch(after: "41-xyz").hasPrefix("42-"))
    #expect(StoreMark.newEpoch(after: "nonsense").hasPrefix("1-"))
    _ = StoreMark.newEpoch(after: "\(Int.max)-a")
  }
}

@Suite("What a store promises")
struct StorePromiseTests {
  struct Case: Sendable {
    let server: ServerFacts
    let strict: Result<StorePromise, StoreFault>
    let relaxed: Result<StorePromise, StoreFault>
  }

  private static func server(
    _ version: (Int, Int) = (7, 0), _ edit: (inout ServerFacts) -> Void = { _ in }
  ) -> ServerFacts {
    var server = ServerFacts(version: .init(version.0, version.1), runID: "1")
    edit(&server)
    return server
  }

  @Test(
    "what a store promises goes by what it says of itself",
    arguments: [
      Case(server: server(), strict: .success(.syncsAlways), relaxed: .success(.syncsAlways)),
      Case(
        server: server((6, 0)), strict: .failure(.tooOld(version: "6.0")),
        relaxed: .failure(.tooOld(version: "6.0"))),
      Case(
        server: server { $0.isPrimary = false }, strict: .failure(.isReplica),
        relaxed: .failure(.isReplica)),
      Case(
        server: server { $0.logSync = "everysec" }, strict: .failure(.syncsLate),
        relaxed: .success(.none)),
      Case(
        server: server((7, 4)) { $0.logSync = "everysec" }, strict: .failure(.syncsLate),
        relaxed: .success(.none)),
      Case(
        server: server((8, 0)) { $0.logSync = "everysec" }, strict: .success(.isAsked),
        relaxed: .success(.none)),
      Case(
        server: server((8, 0)) { $0.logSync = nil }, strict: .success(.isAsked),
        relaxed: .success(.none)),
      Case(
        server: server { $0.alwaysKeepsToIt = false }, strict: .failure(.syncsLate),
        relaxed: .success(.none)),
      Case(
        server: server((6, 2)) { $0.ioThreads = 4 }, strict: .failure(.syncsLate),
        relaxed: .success(.none)),
      Case(
        server: server((6, 2)), strict: .success(.syncsAlways), relaxed: .success(.syncsAlways)),
      Case(
        server: server { $0.ioThreads = 4 }, strict: .success(.syncsAlways),
        relaxed: .success(.syncsAlways)),
      Case(
        server: server((8, 1)) { $0.hasLog = false }, strict: .failure(.noLog),
        relaxed: .success(.none)),
      Case(
        server: server {
          $0.maxMemory = 1
          $0.evictionPolicy = "allkeys-lru"
        }, strict: .failure(.evicts), relaxed: .success(.syncsAlways)),
      Case(
        server: server { $0.maxMemory = 1 }, strict: .success(.syncsAlways),
        relaxed: .success(.syncsAlways)),
      Case(
        server: server { $0.evictionPolicy = "allkeys-lru" }, strict: .success(.syncsAlways),
        relaxed: .success(.syncsAlways)),
    ])
  func promise(example: Case) {
    func promise(_ durability: StoreDurability) -> Result<StorePromise, StoreFault> {
      Result { () throws(StoreFault) in try StorePromise(of: example.server, durability) }
    }
    #expect(promise(.strict) == example.strict)
    #expect(promise(.relaxed) == example.relaxed)
  }
}
