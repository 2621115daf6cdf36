import Synchronization

/// A part of an audience that has something to hear of its own. It is there from its first
/// subscriber until a while after its last; one of the same name that comes later is another one.
final class Topic: Sendable {
  let name: String
  private let ended = Atomic<Bool>(false)

  init(_ name: String) { self.name = name }

  /// Nobody follows it any more, and nobody will.
  var isEnded: Bool { ended.load(ordering: .acquiring) }

  func end() { ended.store(true, ordering: .releasing) }
}

/// The subscribers of one topic on one loop, and what newcomers are told first.
struct TopicMembers {
  let topic: Topic
  /// The newest of each of its states that has gone out.
  var newest: [Frame] = []
  /// By the order of a broadcast; `nil` where one has left and the next one may take the place.
  private(set) var seats: [Int?] = []
  private var positions: [Int: Int] = [:]
  private var free: [Int] = []

  init(_ topic: Topic) { self.topic = topic }

  /// - Parameter seat: of a subscriber in its shard.
  mutating func insert(_ seat: Int) {
    if let position = free.popLast() {
      seats[position] = seat
      positions[seat] = position
    } else {
      positions[seat] = seats.count
      seats.append(seat)
    }
  }

  mutating func remove(_ seat: Int) {
    guard let position = positions.removeValue(forKey: seat) else { return }
    seats[position] = nil
    free.append(position)
  }
}
