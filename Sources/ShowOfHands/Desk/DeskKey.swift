import Voting

/// The word that opens the desk. Whoever has it may do everything a host can.
struct DeskKey: Sendable {
  /// As it is printed at start, typed, and sent with `Authorization: Bearer` (RFC 6750, section 2.1).
  let text: String
  /// It was made here: what looks alike in it may be mistaken.
  private let isGenerated: Bool
  /// What sessions are sealed with. It tells nothing of the key.
  private let sealSecret: UInt128

  /// The ledger's own key: 26 letters and digits that can be read off a projector.
  init(_ number: UInt128) {
    self.init(text: Self.text(of: number), isGenerated: true, ledgerKey: number)
  }

  /// The key that the person who starts the program has chosen.
  /// - Parameters:
  ///   - text: one that has no `problem`.
  ///   - ledgerKey: the ledger's own, which opens nothing then, but keeps others from sealing.
  init(fixed text: String, ledgerKey: UInt128) {
    self.init(text: text, isGenerated: false, ledgerKey: ledgerKey)
  }

  private init(text: String, isGenerated: Bool, ledgerKey: UInt128) {
    self.text = text
    self.isGenerated = isGenerated
    sealSecret = Self.secret(of: text, ledgerKey: ledgerKey)
  }

  // MARK: A key of one's own

  static let characterCount = 16...128

  /// What is wrong with a key that somebody wants to use, as the end of the sentence "it …".
  static func problem(in text: String) -> String? {
    guard text.utf8.count >= characterCount.lowerBound else {
      return "must have at least \(characterCount.lowerBound) characters: it opens the desk"
    }
    guard text.utf8.count <= characterCount.upperBound else {
      return "must have at most \(characterCount.upperBound) characters"
    }
    return text.utf8.allSatisfy(isKeyByte)
      ? nil : "must be letters of the English alphabet, digits and any of - . _ ~"
  }

  /// What needs no escape in the fragment of an address, nor in a bearer's token.
  private static func isKeyByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "-._~".utf8.contains(byte)
    }
  }

  // MARK: Checking

  /// Whether this key is meant. How long it takes depends on how long the offered text is alone.
  func matches(_ offered: String) -> Bool {
    let offered = Array((isGenerated ? Base32.folded(offered) : offered).utf8)
    let own = Array(text.utf8)
    var difference = offered.count ^ own.count
    for (index, byte) in offered.enumerated() {
      difference |= Int(byte ^ own[index % own.count])
    }
    return difference == 0
  }

  /// What proves that a session of this end was opened with this key. Another key, or another
  /// ledger, makes another seal.
  func seal(endSeconds: Int) -> UInt128 {
    SipHash(key: sealSecret).hash(UInt64(bitPattern: Int64(endSeconds)))
  }

  // MARK: Texts

  private static func text(of number: UInt128) -> String { Base32.text(of: number) }

  /// Hashes the text word by word, each word under the hash of those before. Its length comes first,
  /// so that no text is the beginning of another.
  private static func secret(of text: String, ledgerKey: UInt128) -> UInt128 {
    var bytes = Array(text.utf8)
    var secret = SipHash(key: ledgerKey).hash(UInt64(bytes.count))
    while !bytes.isEmpty {
      let word = bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      secret = SipHash(key: secret).hash(word)
      bytes.removeFirst(min(8, bytes.count))
    }
    return secret
  }
}
