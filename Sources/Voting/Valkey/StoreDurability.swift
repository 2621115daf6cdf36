/// Whether a vote may be acknowledged before a store has it on its disk.
public enum StoreDurability: String, Sendable, CaseIterable {
  /// A store that cannot promise it is refused.
  case strict
  /// Votes of the last second or more may be lost if the store's machine loses its power.
  case relaxed
}
