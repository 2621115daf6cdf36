/// What binds a round's result: the SHA-256 of its record text, which is kept as it was.
public struct Fingerprint: Hashable, Sendable {
  public let round: Int
  public let text: String
  /// 64 hexadecimal digits in small letters.
  public let hex: String

  init(round: Int, text: String) {
    self.round = round
    self.text = text
    hex = SHA256.hex(of: Array(text.utf8))
  }

  /// Of a ledger, which may hold anything.
  init(round: Int, text: String, hex: String) {
    self.round = round
    self.text = text
    self.hex = hex
  }

  /// Of a text and of its hash, in a file.
  static let maxBytes = 1 << 22
}

extension Round {
  /// Without what a fingerprint leaves out: who sees the numbers, and where the round stands.
  private var covered: Round {
    var round = self
    round.phase = isOpen ? .open : .closed
    (round.isHidden, round.isArchived) = (false, false)
    (round.closesAt, round.fingerprint) = (nil, nil)
    return round
  }

  /// Whether a step that made this of the round before has changed what its fingerprint covers.
  func needsFingerprint(after old: Round?) -> Bool { !isOpen && covered != old?.covered }
}
