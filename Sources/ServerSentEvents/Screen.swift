import EventLoop
import HTTPServer

/// One stream in an audience. It belongs to its shard.
final class Screen {
  let stream: DetachedStream
  /// The newest frame it was sent or is owed.
  var sequence: UInt64 = 0
  /// Seconds on the shard's clock after which it is ended.
  let endsAt: UInt32
  /// What the socket did not take; `nil` for a screen that is up to date.
  private(set) var backlog: Backlog?

  /// What a screen that is behind still gets.
  final class Backlog {
    /// The rest of the frame it is in the middle of.
    var rest: ArraySlice<UInt8>
    /// One for every state, and the messages in their order.
    var frames: [Frame] = []
    var deadline: ContinuousClock.Instant

    init(rest: ArraySlice<UInt8>, deadline: ContinuousClock.Instant) {
      self.rest = rest
      self.deadline = deadline
    }
  }

  enum Outcome {
    case upToDate
    /// Tell it when the socket takes more.
    case behind
    case gone
  }

  init(_ stream: consuming DetachedStream, endsAt: UInt32) {
    self.stream = stream
    self.endsAt = endsAt
  }

  /// Sends the bytes; keeps what the socket does not take.
  func send(_ bytes: ArraySlice<UInt8>, deadline: @autoclosure () -> ContinuousClock.Instant)
    -> Outcome
  {
    do {
      let count = try bytes.withUnsafeBytes { try stream.send($0) }
      if count == bytes.count { return .upToDate }
      backlog = Backlog(rest: bytes.dropFirst(count), deadline: deadline())
      return .behind
    } catch {
      return .gone
    }
  }

  /// Keeps a frame for later; the newest of a state takes the place of the one before.
  /// - Returns: false when more messages wait than may.
  func hold(_ frame: Frame, in backlog: Backlog, messagesMax: Int) -> Bool {
    if let channel = frame.channel { backlog.frames.removeAll { $0.channel == channel } }
    backlog.frames.append(frame)
    return backlog.frames.count { $0.channel == nil } <= messagesMax
  }

  /// The socket takes more.
  func catchUp(deadline: ContinuousClock.Instant) -> Outcome {
    guard let backlog else { return .upToDate }
    do {
      while true {
        let count = try backlog.rest.withUnsafeBytes { try stream.send($0) }
        if count > 0 { backlog.deadline = deadline }
        backlog.rest = backlog.rest.dropFirst(count)
        guard backlog.rest.isEmpty else { return .behind }
        if backlog.frames.isEmpty { break }
        backlog.rest = backlog.frames.removeFirst().bytes(isChunked: stream.isChunked)
      }
      self.backlog = nil
      return .upToDate
    } catch {
      return .gone
    }
  }
}
