/// Bytes that are appended at the end and dropped from the front.
struct ByteQueue {
  private(set) var bytes: [UInt8] = []
  /// Where in `bytes` the queue starts.
  private(set) var start = 0

  var isEmpty: Bool { start == bytes.count }
  var count: Int { bytes.count - start }
  /// The memory it takes.
  var capacity: Int { bytes.capacity }

  mutating func append(_ more: Span<UInt8>) {
    compact()
    bytes.append(contentsOf: more)
  }

  mutating func append(_ more: [UInt8]) {
    if isEmpty { bytes = more } else { append(more.span) }
  }

  /// Frees the memory once nothing is left: an idle connection holds none.
  mutating func drop(_ count: Int) {
    start += count
    if isEmpty { self = ByteQueue() }
  }

  /// Empties the queue.
  mutating func takeAll() -> [UInt8] {
    defer { self = ByteQueue() }
    return start == 0 ? bytes : [UInt8](bytes[start...])
  }

  /// A queue that is never quite empty must not grow with all that ever went through it. Moving the
  /// rest only when it is the smaller part costs each byte one move at most.
  private mutating func compact() {
    guard start > count else { return }
    bytes.removeFirst(start)
    start = 0
  }
}
