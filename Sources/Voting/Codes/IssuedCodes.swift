/// How many codes a room has. Which ones they are follows from the ledger's secret.
public struct IssuedCodes: Hashable, Sendable {
  /// Grows when codes are replaced: those of the generations before are void.
  public internal(set) var generation = 1
  /// Those of the first indexes, from 0.
  public internal(set) var count = 0

  /// Of one ledger: far more than a hall has seats, and few enough that a code cannot be guessed.
  public static let maxCount = 100_000
  /// What a file may hold.
  static let generationRange = 1...1 << 32
  static let countRange = 0...maxCount

  public init() {}
}
