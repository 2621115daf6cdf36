/// The newest messages, kept for those who come back: each once, encoded for all.
struct History {
  /// How many messages it holds at most.
  let maxCount: Int
  let maxBytes: Int
  /// Oldest first; their numbers grow.
  private var frames: [Frame] = []
  /// Those before it were let go of.
  private var start = 0
  private var byteCount = 0
  /// The number of the newest message that was let go of, or was sent before this was kept.
  private(set) var lostThrough: Int

  /// - Parameter number: of the last message before this one is kept.
  init(maxCount: Int, maxBytes: Int, after number: Int) {
    self.maxCount = maxCount
    self.maxBytes = maxBytes
    lostThrough = number
  }

  mutating func add(_ frame: Frame) {
    frames.append(frame)
    byteCount += frame.byteCount
    while frames.count - start > maxCount || byteCount > maxBytes, start < frames.count {
      lostThrough = frames[start].number
      byteCount -= frames[start].byteCount
      start += 1
    }
    // Moved together once half of it is old: a message is moved about once.
    if start > frames.count / 2 {
      frames.removeFirst(start)
      start = 0
    }
  }

  /// The messages with a number in this range, oldest first.
  func frames(in numbers: ClosedRange<Int>) -> ArraySlice<Frame> {
    let kept = frames[start...]
    let first = kept.firstIndex(atLeast: numbers.lowerBound)
    return kept[first..<kept.firstIndex(atLeast: numbers.upperBound + 1)]
  }
}

extension ArraySlice<Frame> {
  /// Of the first with this number or a higher one. They are in order.
  fileprivate func firstIndex(atLeast number: Int) -> Int {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = low + (high - low) / 2
      if self[middle].number < number { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// The place of a message among all of one audience, as its id says it: `<epoch>-<number>`.
///
/// The epoch is another one for every audience, so that an id of the server's life before is known
/// for what it is.
struct MessageID {
  let epoch: String

  init() { epoch = String(UInt64.random(in: .min ... .max), radix: 36) }

  func text(_ number: Int) -> String { "\(epoch)-\(number)" }

  /// - Parameter id: as it came, which may be anything; `nil` or empty of a newcomer.
  /// - Returns: `.unknown` for whatever this audience has not given: another epoch, a number that is
  ///   not written as it was, anything else.
  func position(_ id: String?) -> Position {
    guard let id, !id.isEmpty else { return .newcomer }
    guard id.utf8.count <= epoch.utf8.count + 20, let mark = id.lastIndex(of: "-"),
      let number = Int(id[id.index(after: mark)...]), id == text(number)
    else { return .unknown }
    return .number(number)
  }
}
