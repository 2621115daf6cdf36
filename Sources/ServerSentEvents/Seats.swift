import Platform

/// What a broadcast has to know of the subscribers of a shard, side by side: a few bytes of each.
/// Between two broadcasts all else may leave the cache, and a broadcast does not need it back.
struct Seats {
  struct Seat {
    /// Of the stream, which its subscriber owns.
    let socket: SocketNumber
    let isChunked: Bool
    /// It has a backlog.
    var isBehind = false
    /// It came while a broadcast was running: what it was sent first includes that.
    fileprivate(set) var isNew = false
  }

  /// `nil` where one has left and the next one may take the place.
  private var seats: [Seat?] = []
  private var free: [Int] = []
  /// Where those are that are new, and perhaps others that have their seats now.
  private var newcomers: [Int] = []

  /// How many there have been at a time: a broadcast goes from 0 up to here.
  var count: Int { seats.count }

  /// `nil` where nobody sits.
  subscript(_ position: Int) -> Seat? { seats[position] }

  /// - Returns: where its seat is, for as long as it stays.
  mutating func take(_ seat: Seat, isNew: Bool) -> Int {
    var seat = seat
    seat.isNew = isNew
    let position = free.popLast() ?? seats.count
    if position < seats.count { seats[position] = seat } else { seats.append(seat) }
    if isNew { newcomers.append(position) }
    return position
  }

  /// Frees a seat that is taken.
  mutating func leave(_ position: Int) {
    seats[position] = nil
    free.append(position)
    // Nobody is left: whoever comes later begins anew, without the memory of a full hall.
    if free.count == seats.count { self = Seats() }
  }

  mutating func setBehind(_ isBehind: Bool, at position: Int) {
    seats[position]?.isBehind = isBehind
  }

  /// The next broadcast is for all who are here.
  mutating func admitNewcomers() {
    for position in newcomers { seats[position]?.isNew = false }
    newcomers.removeAll(keepingCapacity: true)
  }
}
