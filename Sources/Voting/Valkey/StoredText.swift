import Valkey

// How single values stand in a store: as short texts that a person can read.

extension Reply {
  /// A number as a store keeps them: how many of something, or a place in a row. `nil` for what no
  /// instance has written.
  var count: Int? {
    number.flatMap { Counters.countRange.contains($0) ? $0 : nil }
  }
}

extension Choice {
  /// Of a ballot in the store.
  var digit: String { "\(code)" }
}

extension Ballot {
  /// A digit for its choice; a colon and its receipt behind it where it has one.
  var stored: String { receipt.map { "\(choice.digit):\($0)" } ?? choice.digit }

  /// `nil` for what no instance stores.
  init?(voter: Int, stored text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let digit = parts.first.flatMap({ Int($0) }), let choice = Choice(code: digit) else {
      return nil
    }
    self.init(voter: voter, choice: choice)
    guard parts.count == 2 else { return }
    guard let receipt = Receipt(String(parts[1])) else { return nil }
    self.receipt = receipt
  }
}

extension RecordEntry {
  /// Its seconds, its kind, and its round where it has one.
  var stored: String { "\(seconds) \(kind.rawValue)" + (round.map { " \($0)" } ?? "") }

  /// `nil` for a step that only a newer program knows, and for what is none.
  init?(stored text: String) {
    let parts = text.split(separator: " ")
    guard (2...3).contains(parts.count), let seconds = Int(parts[0]),
      Round.secondsRange.contains(seconds), let kind = Kind(rawValue: String(parts[1]))
    else { return nil }
    var round: Int?
    if parts.count == 3 {
      guard let number = Int(parts[2]), Round.numberRange.contains(number) else { return nil }
      round = number
    }
    self.init(seconds: seconds, kind: kind, round: round)
  }
}

extension Fingerprint {
  /// A line with its round and its digits; then its text.
  var stored: String { "\(round) \(hex)\n\(text)" }

  /// `nil` for what is none.
  init?(stored text: String) {
    guard let end = text.firstIndex(of: "\n") else { return nil }
    let head = text[..<end].split(separator: " ")
    guard head.count == 2, let round = Int(head[0]) else { return nil }
    self.init(
      round: round, text: String(text[text.index(after: end)...]), hex: String(head[1]))
  }
}

extension UInt128 {
  /// 32 hexadecimal digits.
  init?(stored text: String) {
    guard text.utf8.count == 32, let number = UInt128(text, radix: 16) else { return nil }
    self = number
  }
}
