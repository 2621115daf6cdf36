import EventLoop
import HTTPServer
import Platform

/// One stream in an audience. It belongs to its shard, on the shard's loop.
final class Subscriber {
  let stream: DetachedStream
  /// The group it counts in: an index into the audience's; `nil` for none. It stands here because
  /// what is before it leaves room for it.
  let group: UInt8?
  /// The number of the pass that was running, or the last, when it joined.
  let joinedDuring: Int
  let endsAt: Instant
  /// What the socket did not take; `nil` for a subscriber that is up to date.
  private(set) var backlog: Backlog?

  /// What a subscriber that is behind still gets.
  final class Backlog {
    /// The rest of what it is in the middle of.
    fileprivate var rest: ArraySlice<UInt8>
    /// One for every state, and the messages in their order.
    fileprivate var frames: [Frame] = []
    /// The socket has to take something by then.
    fileprivate(set) var deadline: Instant

    fileprivate init(rest: ArraySlice<UInt8>, deadline: Instant) {
      self.rest = rest
      self.deadline = deadline
    }

    /// Keeps frames for later; the newest of a state replaces the one before.
    /// - Returns: how many were replaced.
    func keep(_ later: [Frame]) -> Int {
      let later = later.filter { $0.kind != .heartbeat }
      let all = frames.count + later.count
      for frame in later { frames.add(frame) }
      return all - frames.count
    }

    var messageCount: Int { frames.count { $0.kind == .message } }
  }

  enum Outcome {
    case upToDate
    /// Tell it when the socket takes more.
    case behind
    case closed
  }

  init(
    _ stream: consuming DetachedStream, joinedDuring pass: Int, endsAt: Instant, group: UInt8?
  ) {
    self.stream = stream
    joinedDuring = pass
    self.endsAt = endsAt
    self.group = group
  }

  /// Sends the bytes to a subscriber that is up to date; keeps what the socket does not take.
  /// - Parameter sent: grows by the bytes it takes.
  func send(_ bytes: ArraySlice<UInt8>, deadline: Instant, sent: inout Int) -> Outcome {
    do throws(SystemError) {
      let count = try stream.send(bytes)
      sent += count
      if count == bytes.count { return .upToDate }
      backlog = Backlog(rest: bytes.dropFirst(count), deadline: deadline)
      return .behind
    } catch {
      return .closed
    }
  }

  /// The socket takes more.
  /// - Parameter sent: grows by the bytes it takes.
  func catchUp(deadline: Instant, sent: inout Int) -> Outcome {
    guard let backlog else { return .upToDate }
    do throws(SystemError) {
      while true {
        let count = try stream.send(backlog.rest)
        sent += count
        if count > 0 { backlog.deadline = deadline }
        backlog.rest = backlog.rest.dropFirst(count)
        guard backlog.rest.isEmpty else { return .behind }
        if backlog.frames.isEmpty { break }
        backlog.rest = backlog.frames.removeFirst().bytes(isChunked: stream.isChunked)
      }
      self.backlog = nil
      return .upToDate
    } catch {
      return .closed
    }
  }
}

extension DetachedStream {
  fileprivate func send(_ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int {
    try unsafe bytes.withUnsafeBufferPointer { buffer throws(SystemError) in
      try unsafe send(UnsafeRawBufferPointer(buffer))
    }
  }

  /// Ends the body with the bytes, as far as the socket takes them now: it is let go of either way.
  func finish(with bytes: [UInt8], unsent: [UInt8] = []) {
    var last = unsent
    // A chunk of no bytes would be the last.
    if !bytes.isEmpty { last += isChunked ? Chunk.framed(bytes) : bytes }
    if isChunked { last += Chunk.last }
    // Whoever cannot be told comes back after the time it was told first.
    _ = try? send(last[...])
  }
}
