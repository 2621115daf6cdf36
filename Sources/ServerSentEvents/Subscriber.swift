import EventLoop
import HTTPServer
import Platform

/// One stream in an audience. It belongs to its shard, on the shard's loop.
final class Subscriber {
  let stream: DetachedStream
  /// The group it counts in: an index into the audience's; `nil` for none. It stands here, and so
  /// does its seat, because what is before them leaves room for both.
  let group: UInt8?
  private let seatNumber: UInt32
  let endsAt: Instant
  /// Those it follows, without repeats.
  let topics: [Topic]
  /// What the socket did not take; `nil` for a subscriber that is up to date.
  private(set) var backlog: Backlog?

  /// What a subscriber that is behind still gets.
  final class Backlog {
    /// The rest of what it is in the middle of.
    fileprivate var rest: ArraySlice<UInt8>
    /// Messages it missed before it came; they go first, and are the history's.
    private var missed: ArraySlice<Frame>
    /// One for every state, and the messages in their order.
    private var frames: [Frame]
    /// So many of `frames` are messages.
    private(set) var messageCount = 0
    /// The socket has to take something by then.
    fileprivate(set) var deadline: Instant

    /// One write takes frames up to about so many bytes.
    private static let maxJoinedBytes = 16 * 1024

    fileprivate init(
      rest: ArraySlice<UInt8>, missed: ArraySlice<Frame> = [], frames: [Frame] = [],
      deadline: Instant
    ) {
      self.rest = rest
      self.missed = missed
      self.frames = frames
      self.deadline = deadline
    }

    /// Messages that wait, those it missed included.
    var waitingCount: Int { missed.count + messageCount }

    /// Keeps frames for later; the newest of a state replaces the one before.
    /// - Returns: how many were replaced.
    func keep(_ later: [Frame]) -> Int {
      let later = later.filter { $0.kind != .heartbeat }
      let all = frames.count + later.count
      for frame in later { frames.add(frame) }
      messageCount += later.count { $0.kind == .message }
      return all - frames.count
    }

    /// Lets go of the oldest messages beyond a limit.
    /// - Returns: how many.
    func dropMessages(beyond max: Int) -> Int {
      let excess = Swift.max(0, messageCount - max)
      var left = excess
      frames.removeAll { frame in
        guard left > 0, frame.kind == .message else { return false }
        left -= 1
        return true
      }
      messageCount -= excess
      return excess
    }

    /// Takes what one write is worth; `nil` where nothing is left.
    fileprivate func next(isChunked: Bool) -> ArraySlice<UInt8>? {
      if let joined = missed.takeFirst(bytes: Self.maxJoinedBytes) {
        return joined.bytes(isChunked: isChunked)
      }
      guard let joined = frames[...].prefix(bytes: Self.maxJoinedBytes) else { return nil }
      messageCount -= joined.count { $0.kind == .message }
      frames.removeFirst(joined.count)
      return joined.bytes(isChunked: isChunked)
    }
  }

  enum Outcome {
    case upToDate
    /// Tell it when the socket takes more.
    case behind
    case closed
  }

  init(
    _ stream: consuming DetachedStream, seat: Int, group: UInt8?, topics: [Topic], endsAt: Instant
  ) {
    self.stream = stream
    self.group = group
    seatNumber = UInt32(seat)
    self.endsAt = endsAt
    self.topics = topics
  }

  /// Where its seat is in the shard.
  var seat: Int { Int(seatNumber) }

  /// Sends a newcomer its first bytes, what it missed, and then these.
  /// - Parameter sent: grows by the bytes it takes.
  func start(
    with bytes: ArraySlice<UInt8>, missed: ArraySlice<Frame>, then frames: [Frame],
    deadline: Instant, sent: inout Int
  ) -> Outcome {
    if missed.isEmpty {
      return send(
        bytes + frames.bytes(isChunked: stream.isChunked), deadline: deadline, sent: &sent)
    }
    backlog = Backlog(rest: bytes, missed: missed, frames: frames, deadline: deadline)
    return catchUp(deadline: deadline, sent: &sent)
  }

  /// Sends the bytes to a subscriber that is up to date; keeps what the socket does not take.
  private func send(_ bytes: ArraySlice<UInt8>, deadline: Instant, sent: inout Int) -> Outcome {
    do throws(SystemError) {
      let count = try stream.number.send(bytes)
      sent += count
      return count == bytes.count
        ? .upToDate : fallBehind(with: bytes.dropFirst(count), deadline: deadline)
    } catch {
      return .closed
    }
  }

  /// Keeps what the socket of a subscriber that was up to date did not take.
  func fallBehind(with rest: ArraySlice<UInt8>, deadline: Instant) -> Outcome {
    backlog = Backlog(rest: rest, deadline: deadline)
    return .behind
  }

  /// The socket takes more.
  /// - Parameter sent: grows by the bytes it takes.
  func catchUp(deadline: Instant, sent: inout Int) -> Outcome {
    guard let backlog else { return .upToDate }
    do throws(SystemError) {
      while true {
        let count = try stream.number.send(backlog.rest)
        sent += count
        if count > 0 { backlog.deadline = deadline }
        backlog.rest = backlog.rest.dropFirst(count)
        guard backlog.rest.isEmpty else { return .behind }
        guard let next = backlog.next(isChunked: stream.isChunked) else { break }
        backlog.rest = next
      }
      self.backlog = nil
      return .upToDate
    } catch {
      return .closed
    }
  }
}

extension ArraySlice<Frame> {
  /// Those at the start that come to about so many bytes, one at least; `nil` where there is none.
  fileprivate func prefix(bytes max: Int) -> ArraySlice<Frame>? {
    if isEmpty { return nil }
    var end = startIndex
    var byteCount = 0
    repeat {
      byteCount += self[end].byteCount
      end += 1
    } while end < endIndex && byteCount + self[end].byteCount <= max
    return self[..<end]
  }

  fileprivate mutating func takeFirst(bytes max: Int) -> ArraySlice<Frame>? {
    guard let first = prefix(bytes: max) else { return nil }
    self = self[first.endIndex...]
    return first
  }
}

extension SocketNumber {
  func send(_ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int {
    try unsafe bytes.withUnsafeBufferPointer { buffer throws(SystemError) in
      try unsafe send(UnsafeRawBufferPointer(buffer))
    }
  }
}

extension DetachedStream {
  /// Ends the body with the bytes, as far as the socket takes them now: it is let go of either way.
  func finish(with bytes: [UInt8], unsent: [UInt8] = []) {
    var last = unsent
    // A chunk of no bytes would be the last.
    if !bytes.isEmpty { last += isChunked ? Chunk.framed(bytes) : bytes }
    if isChunked { last += Chunk.last }
    // Whoever cannot be told comes back after the time it was told first.
    _ = try? number.send(last[...])
  }
}
