/// How long answers took, however many there were, to a tenth of a millisecond.
struct AnswerTimes: Sendable {
  /// By tenths of a millisecond; the last has all that took longer.
  private var counts = [Int](repeating: 0, count: 100_000)
  private var count = 0
  private var longest = Duration.zero

  mutating func add(_ time: Duration) {
    counts[min(max(Int(time / .microseconds(100)), 0), counts.count - 1)] += 1
    count += 1
    longest = max(longest, time)
  }

  /// `nil` where nothing was answered.
  var summary: LatencySummary? {
    guard count > 0 else { return nil }
    return LatencySummary(
      count: count, p50: percentile(0.5), p95: percentile(0.95), p99: percentile(0.99),
      max: longest.milliseconds)
  }

  /// The time that so large a part of all took at most (nearest rank), in milliseconds.
  private func percentile(_ part: Double) -> Double {
    var rest = max(Int((part * Double(count)).rounded(.up)), 1)
    for (tenths, count) in counts.enumerated() {
      rest -= count
      if rest <= 0 { return Double(tenths) / 10 }
    }
    return longest.milliseconds
  }
}
