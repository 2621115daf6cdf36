/// What a desk's cookie carries in place of the key: when it ends, sealed with the key. Nothing of it
/// is kept here, so that a restart throws nobody out, and a new key everybody.
struct DeskSession: Equatable, Sendable, CustomStringConvertible {
  /// How long a host stays in.
  static let lifetimeSeconds = 24 * 3600

  /// Since 1970.
  let endSeconds: Int
  private let seal: UInt128

  /// Opens one.
  init(openedWith key: DeskKey, atSeconds now: Int) {
    endSeconds = now + Self.lifetimeSeconds
    seal = key.seal(endSeconds: endSeconds)
  }

  /// Reads the text form. Anything else than what `description` writes is `nil`, or not genuine.
  init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].utf8.count == Self.sealDigitCount,
      let end = Int(parts[0]), let seal = UInt128(parts[1], radix: 16)
    else { return nil }
    endSeconds = end
    self.seal = seal
  }

  var description: String {
    let digits = String(seal, radix: 16)
    let zeros = String(repeating: "0", count: Self.sealDigitCount - digits.count)
    return "\(endSeconds).\(zeros)\(digits)"
  }

  /// In hexadecimal.
  private static let sealDigitCount = 32

  /// Whether it was opened with this key and has not ended. Takes the same time whatever the seal.
  func isOpen(_ key: DeskKey, atSeconds now: Int) -> Bool {
    let isGenuine = key.seal(endSeconds: endSeconds) ^ seal == 0
    return isGenuine && now < endSeconds
  }

  /// The second half has begun: a desk that is in use now gets another day, so that it does not end
  /// in the middle of an evening.
  func isOld(atSeconds now: Int) -> Bool { now >= endSeconds - Self.lifetimeSeconds / 2 }
}
