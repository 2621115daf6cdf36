import TestSupport
import Testing

@testable import Voting

@Suite("Receipts")
struct ReceiptTests {
  @Test("a receipt is seven characters that are hard to mistake, and is read back as it was")
  func text() throws {
    for number in [0, 1, 30, 31, 27_512_614_110] {
      let receipt = try #require(Receipt(number: number))
      #expect(Receipt(receipt.description) == receipt)
      #expect(receipt.description.wholeMatch(of: /[2-9A-HJKMNP-Z]{7}/) != nil)
    }
    #expect(Receipt(phone: 5, server: 5).description == "2222222")
    #expect(Receipt(phone: 31, server: 1).description == "222222Z")
    #expect(Receipt("222222z") == Receipt("222222Z"))
    #expect(Receipt(number: -1) == nil && Receipt(number: 27_512_614_111) == nil)
    for wrong in ["", "222222", "22222222", "222222I", "222222L", "222222O", "2222220", "222222É"] {
      #expect(Receipt(wrong) == nil)
    }
  }

  @Test(
    "a ballot has the receipt that phone and server made, until it closes",
    arguments: Storage.allCases)
  func kept(storage: Storage) async throws {
    let hall = try Hall(storage)
    let key = hall.box.issueKey()
    let receipt = Receipt(phone: 77, server: hall.box.serverHalf(of: key))
    #expect(await hall.box.ballot(of: key)?.receipt == nil)
    // A repeat, another answer, and a phone that lost its half.
    let votes: [(Choice, UInt64?)] = [(.yes, 77), (.yes, 77), (.no, 78), (.no, nil)]
    for (choice, half) in votes {
      let counted = try await hall.box.cast(choice, key: key, half: half)
      #expect(counted.receipt == receipt && counted.newKey == nil)
    }
    #expect(await hall.box.ballot(of: key)?.receipt == receipt)
    try await hall.box.take(.again)
    #expect(await hall.box.ballot(of: key)?.receipt == nil)
    let next = try await hall.box.cast(.no, key: key, half: 79)
    #expect(next.receipt == Receipt(phone: 79, server: hall.box.serverHalf(of: key)))
    await hall.box.finish()
    guard storage == .sqlite else { return }
    let again = try Hall(.sqlite, in: hall.directory)
    #expect(await again.box.ballot(of: key)?.receipt == next.receipt)
    #expect(again.box.serverHalf(of: key) == hall.box.serverHalf(of: key))
    #expect(try await again.box.cast(.yes, key: key).receipt == next.receipt)
  }

  @Test("a vote without a phone's half has a receipt that the server made, another in every round")
  func byServer() async throws {
    let hall = try Hall(.memory)
    let first = try await hall.box.cast(.yes)
    let key = try #require(first.newKey)
    #expect(await first.receipt == hall.box.ballot(of: key)?.receipt)
    try await hall.box.take(.again)
    let second = try await hall.box.cast(.yes, key: key)
    #expect(second.receipt != nil && second.receipt != first.receipt)
    // A half without a key of this ledger: its phone has not seen the server's.
    let stranger = try await hall.box.cast(.yes, half: 5)
    let half = hall.box.serverHalf(of: try #require(stranger.newKey))
    #expect(stranger.receipt != nil && stranger.receipt != Receipt(phone: 5, server: half))
  }

  @Test("a receipt that another ballot has makes the phone draw again", arguments: Storage.allCases)
  func taken(storage: Storage) async throws {
    let hall = try Hall(storage)
    let keys = [hall.box.issueKey(), hall.box.issueKey()]
    let halves = keys.map { 99 ^ hall.box.serverHalf(of: $0) }
    _ = try await hall.box.cast(.yes, key: keys[0], half: halves[0])
    let refusal = VoteError(reason: .receiptTaken, newKey: nil)
    await #expect(throws: refusal) {
      try await hall.box.cast(.yes, key: keys[1], half: halves[1])
    }
    #expect(hall.box.snapshot.tally == Tally(yes: 1))
    #expect(hall.box.statistics.refusedReceipt == 1)
    let counted = try await hall.box.cast(.yes, key: keys[1], half: halves[1] ^ 1)
    #expect(counted.receipt == Receipt(phone: 98, server: 0))
    // In another round it is free again.
    try await hall.box.take(.again)
    #expect(
      try await hall.box.cast(.yes, key: keys[1], half: halves[1]).receipt
        == Receipt(phone: 99, server: 0))
  }

  @Test("of votes that wait together for one receipt, one has it", arguments: Storage.allCases)
  func together(storage: Storage) async throws {
    let hall = try Hall(storage)
    let keys = (0..<20).map { _ in hall.box.issueKey() }
    let tasks = hall.executor.held {
      keys.map { key in
        let half = 99 ^ hall.box.serverHalf(of: key)
        return Task.immediate { () -> Receipt? in
          // Refused, it has none.
          try? await hall.box.cast(.yes, key: key, half: half).receipt
        }
      }
    }
    var receipts: [Receipt] = []
    for task in tasks { if let receipt = await task.value { receipts.append(receipt) } }
    #expect(receipts == [Receipt(phone: 99, server: 0)])
    #expect(hall.box.snapshot.tally == Tally(yes: 1))
  }

  @Test("a receipt of a vote that was not stored is free again", arguments: Storage.allCases)
  func notStored(storage: Storage) async throws {
    let hall = try Hall(storage)
    let key = hall.box.issueKey()
    hall.disk.fail()
    await #expect(throws: VoteError.self) { try await hall.box.cast(.yes, key: key, half: 1) }
    hall.disk.fail(false)
    let counted = try await hall.box.cast(.yes, key: key, half: 1)
    #expect(counted.receipt == Receipt(phone: 1, server: hall.box.serverHalf(of: key)))
  }

  @Test(
    "without receipts nobody has one; a round keeps what it opened with",
    arguments: [true, false])
  func off(receipts: Bool) async throws {
    let hall = try Hall(.sqlite, receipts: receipts)
    let key = hall.box.issueKey()
    #expect(hall.box.round?.hasReceipts == receipts)
    #expect((try await hall.box.cast(.yes, key: key, half: 1).receipt != nil) == receipts)
    await hall.box.finish()
    let other = try Hall(.sqlite, receipts: !receipts, in: hall.directory)
    for half in [nil, 5] as [UInt64?] {
      let key = other.box.issueKey()
      #expect((try await other.box.cast(.no, key: key, half: half).receipt != nil) == receipts)
      #expect(await (other.box.ballot(of: key)?.receipt != nil) == receipts)
    }
    try await other.box.take(.again)
    #expect((try await other.box.cast(.no).receipt != nil) == !receipts)
  }
}
