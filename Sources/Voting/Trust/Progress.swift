/// How far a ledger had come, kept outside its file: a file that was put back from an old copy is
/// behind it.
struct Progress: Equatable {
  /// Tells the ledger from others.
  let ledger: UInt64
  let commits: Int
  let seal: UInt128

  /// As it is kept: a line for each part.
  var text: String { "show-of-hands 1\n\(hex(ledger))\n\(commits)\n\(hex(seal))\n" }

  static let maxBytes = 256

  init(ledger: UInt64, commits: Int, seal: UInt128) {
    self.ledger = ledger
    self.commits = commits
    self.seal = seal
  }

  /// `nil` for anything that is not to the letter what `text` is.
  init?(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    let lines = text.split(separator: "\n")
    guard lines.count == 4, let ledger = UInt64(lines[1], radix: 16), let commits = Int(lines[2]),
      let seal = UInt128(lines[3], radix: 16)
    else { return nil }
    self.init(ledger: ledger, commits: commits, seal: seal)
    if self.text != text { return nil }
  }

  /// Whether the ledger, as it is now, had been somewhere else already.
  /// - Parameter present: of the file.
  func isPast(_ present: Progress) -> Bool {
    guard ledger == present.ledger else { return false }
    return commits > present.commits || commits == present.commits && seal != present.seal
  }
}
