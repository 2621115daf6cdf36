/// Times of the same thing, many times over.
struct Latencies: Sendable {
  private(set) var times: [Duration] = []

  mutating func add(_ time: Duration) { times.append(time) }

  /// `nil` where nothing was timed.
  var summary: LatencySummary? {
    guard let longest = times.max() else { return nil }
    let sorted = times.sorted()
    func percentile(_ part: Double) -> Double { Self.percentile(part, of: sorted).milliseconds }
    return LatencySummary(
      count: sorted.count, p50: percentile(0.5), p95: percentile(0.95), p99: percentile(0.99),
      max: longest.milliseconds)
  }

  /// The shortest time that so large a part of all took at most (nearest rank).
  static func percentile(_ part: Double, of sorted: [Duration]) -> Duration {
    let rank = (part * Double(sorted.count)).rounded(.up)
    return sorted[min(max(Int(rank), 1), sorted.count) - 1]
  }
}

/// In milliseconds.
public struct LatencySummary: Sendable, Equatable, Encodable {
  public let count: Int
  public let p50: Double
  public let p95: Double
  public let p99: Double
  public let max: Double

  public init(count: Int, p50: Double, p95: Double, p99: Double, max: Double) {
    self.count = count
    self.p50 = p50
    self.p95 = p95
    self.p99 = p99
    self.max = max
  }
}

extension Duration {
  /// To a tenth, as nobody reads more.
  var milliseconds: Double { (self / .milliseconds(1) * 10).rounded() / 10 }
}
