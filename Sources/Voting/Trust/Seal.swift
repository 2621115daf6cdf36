/// Keyed hashes by which a recount finds what was changed in a ledger by hand.
///
/// The key is the ledger's own, and stands in its file: they do not bind whoever has the file and
/// this program's source. What binds a result is its published fingerprint.
struct Seal: Sendable {
  private let hash: SipHash

  init(secret: UInt128) {
    hash = SipHash(key: SipHash(key: secret).hash(Self.keyMessage))
  }

  /// No ballot's number gives it, nor anything else that is hashed with the secret.
  private static let keyMessage: UInt64 = 3 << 62 | 2

  /// Of one ballot, as a file has it. Sums of them are the same in any order.
  func ballot(round: Int, voter: Int, answer: Int, receipt: Int?) -> UInt128 {
    hash.hash(
      UInt64(bitPattern: Int64(round)), UInt64(bitPattern: Int64(voter)),
      UInt64(bitPattern: Int64(answer)), UInt64(bitPattern: Int64(receipt ?? -1)))
  }

  func ballot(_ ballot: Ballot, round: Int) -> UInt128 {
    self.ballot(
      round: round, voter: ballot.voter, answer: ballot.choice.code,
      receipt: ballot.receipt.map { Int($0.number) })
  }

  /// Of the record up to this line.
  func entry(seconds: Int, step: String, round: Int?, after previous: UInt128) -> UInt128 {
    var message = Message()
    message.add(previous)
    message.add(seconds)
    message.add(step)
    message.add(round)
    return hash.hash(message.bytes)
  }

  /// Of all fingerprints up to this one.
  func fingerprint(_ fingerprint: Fingerprint, after previous: UInt128) -> UInt128 {
    var message = Message()
    message.add(previous)
    message.add(fingerprint.round)
    message.add(fingerprint.hex)
    message.add(fingerprint.text)
    return hash.hash(message.bytes)
  }

  func rounds(_ rounds: [Round]) -> UInt128 {
    var message = Message()
    for round in rounds {
      message.add(round.question)
      for number in [
        round.number, round.openedSeconds, round.closedSeconds, round.closesAt,
        round.numbers.present, round.numbers.entitled, round.numbers.byHand?.yes,
        round.numbers.byHand?.no, round.numbers.byHand?.abstain, round.chairsWord?.code,
        round.codesIssued,
      ] { message.add(number) }
      message.add(round.phase.rawValue)
      message.add(round.preset?.rawValue ?? "")
      for flag in [
        round.isHidden, round.isHiddenAsAsked, round.isArchived, round.hasReceipts,
      ] { message.add(flag ? 1 : 0) }
    }
    return hash.hash(message.bytes)
  }

  /// Of what results to come depend on: the number of the next round, what it asks, how many are
  /// present or entitled, and the codes.
  func room(_ room: Room) -> UInt128 {
    var message = Message()
    message.add(room.nextNumber)
    message.add(room.draft == nil ? 0 : 1)
    if let draft = room.draft {
      message.add(draft.question)
      message.add(draft.isHidden ? 1 : 0)
      message.add(draft.preset?.rawValue ?? "")
    }
    for number in [
      room.numbers.present, room.numbers.entitled, room.codes.count, room.codes.generation,
    ] { message.add(number) }
    return hash.hash(message.bytes)
  }

  /// Of all that is sealed.
  func total(_ sealed: Sealed) -> UInt128 {
    var message = Message()
    for part in [
      sealed.ballots, sealed.record, sealed.fingerprints, sealed.rounds, sealed.room,
    ] {
      message.add(part)
    }
    let published = sealed.counters.published
    for number in [
      sealed.commits, sealed.counters.sequence, published.yes, published.no, published.abstain,
    ] { message.add(number) }
    return hash.hash(message.bytes)
  }

  /// Parts, each with its length, so that no two messages are of the same bytes.
  private struct Message {
    var bytes: [UInt8] = []

    mutating func add(_ number: UInt128) {
      for shift in stride(from: 0, to: 128, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: number >> UInt128(shift)))
      }
    }

    mutating func add(_ number: Int) { add(UInt128(UInt64(bitPattern: Int64(number)))) }

    mutating func add(_ number: Int?) {
      bytes.append(number == nil ? 0 : 1)
      add(number ?? 0)
    }

    mutating func add(_ text: String) {
      add(text.utf8.count)
      bytes += text.utf8
    }

    mutating func add(_ question: Question) {
      add(question.text)
      add(question.yesLabel)
      add(question.noLabel)
      add(question.abstainLabel == nil ? 0 : 1)
      add(question.abstainLabel ?? "")
      add(question.rule.rawValue)
      add(question.chairDecides ? 1 : 0)
      add(question.isRollCall ? 1 : 0)
    }
  }
}
