/// What the clients of one loop may make the server keep: requests under way, requests read ahead,
/// responses not taken. It belongs to the loop.
final class MemoryBudget {
  private let maxBytes: Int
  /// What any connection may hold, however much the others do.
  private let maxBytesAlways: Int
  private(set) var heldBytes = 0
  /// How often a connection wanted more than there was.
  private(set) var refusals = 0
  /// The most that was held since memory was last given back to the system.
  private var peakBytes = 0

  init(maxBytes: Int, maxBytesAlways: Int) {
    self.maxBytes = maxBytes
    self.maxBytesAlways = maxBytesAlways
  }

  /// Takes note of what a connection holds.
  /// - Returns: false where it holds more than before, and more than is left for it.
  func change(from old: Int, to new: Int) -> Bool {
    if old == new { return true }
    heldBytes += new - old
    peakBytes = max(peakBytes, heldBytes)
    let isGranted = new < old || new <= maxBytesAlways || heldBytes <= maxBytes
    if !isGranted { refusals += 1 }
    return isGranted
  }

  /// Whether much was held and little is: the allocator keeps what it was given back, and it is
  /// worth telling it not to. True once after each peak.
  func takeRelief() -> Bool {
    guard peakBytes >= Self.peakWorthRelief, heldBytes < peakBytes / 4 else { return false }
    peakBytes = heldBytes
    return true
  }

  private static let peakWorthRelief = 4 << 20
}
