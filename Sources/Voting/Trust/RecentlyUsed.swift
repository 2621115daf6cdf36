/// Values that were asked for lately, as many as their bytes allow.
struct RecentlyUsed<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private struct Item {
    let value: Value
    let bytes: Int
    var lastUse: Int
  }

  let maxBytes: Int
  private(set) var bytes = 0
  private var items: [Key: Item] = [:]
  private var uses = 0

  init(maxBytes: Int) { self.maxBytes = maxBytes }

  mutating func value(for key: Key) -> Value? {
    uses += 1
    items[key]?.lastUse = uses
    return items[key]?.value
  }

  /// Keeps the value in place of those that nobody has asked for the longest. One that is too large
  /// by itself is not kept.
  mutating func keep(_ value: Value, bytes: Int, for key: Key) {
    remove(key)
    guard bytes <= maxBytes else { return }
    while self.bytes + bytes > maxBytes,
      let oldest = items.min(by: { $0.value.lastUse < $1.value.lastUse })
    {
      remove(oldest.key)
    }
    uses += 1
    items[key] = Item(value: value, bytes: bytes, lastUse: uses)
    self.bytes += bytes
  }

  private mutating func remove(_ key: Key) {
    if let old = items.removeValue(forKey: key) { bytes -= old.bytes }
  }
}
