/// The fewest votes that any of many screens shows, kept up as each of them shows more.
struct LeastShown {
  /// How many screens show so many.
  private var counts: [Int: Int] = [:]
  /// `nil` before the first screen.
  private(set) var total: Int?

  /// A screen shows its first numbers.
  mutating func add(_ new: Int) {
    counts[new, default: 0] += 1
    total = min(total ?? new, new)
  }

  /// A screen shows others.
  /// - Returns: whether `total` is another one now.
  mutating func move(from old: Int, to new: Int) -> Bool {
    counts[new, default: 0] += 1
    let rest = counts[old, default: 0] - 1
    counts[old] = rest > 0 ? rest : nil
    let before = total
    if new < before ?? new {
      total = new
    } else if rest <= 0, old == before {
      total = counts.keys.min()
    }
    return total != before
  }
}
