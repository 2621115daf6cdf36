#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a descriptor can do without waiting.
package struct PollEvents: OptionSet, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// There is something to read, also its end, or the error that ended it.
  package static let readable = PollEvents(rawValue: 1)
  /// It takes bytes, or says that it takes none any more.
  package static let writable = PollEvents(rawValue: 2)
}

extension Descriptor {
  /// Blocks the thread until one of these can be done, or the time is over. For a thread that has
  /// nothing else to do; an event loop never waits so.
  /// - Returns: what can be done; nothing when the time is over.
  /// - Throws: `SystemError` as `poll(2)` has it.
  package func wait(
    for wanted: PollEvents, upTo patience: Duration
  ) throws(SystemError) -> PollEvents {
    let deadline = SteadyClock.timeSinceStart() + patience
    var entry = pollfd(fd: number, events: 0, revents: 0)
    if wanted.contains(.readable) { entry.events |= Int16(POLLIN) }
    if wanted.contains(.writable) { entry.events |= Int16(POLLOUT) }
    while true {
      let left = max(.zero, deadline - SteadyClock.timeSinceStart())
      let count = unsafe poll(&entry, 1, Self.milliseconds(left))
      if count == 0 { return [] }
      if count > 0 { return Self.events(entry.revents, wanted) }
      let errno = Errno.last
      // A signal came: what is left of the time is waited for.
      if errno != .interrupted { throw SystemError(call: "poll", errno: errno) }
    }
  }

  private static func events(_ events: Int16, _ wanted: PollEvents) -> PollEvents {
    precondition(events & Int16(POLLNVAL) == 0, "not an open descriptor")
    var ready: PollEvents = []
    if events & Int16(POLLIN) != 0 { ready.insert(.readable) }
    if events & Int16(POLLOUT) != 0 { ready.insert(.writable) }
    // Whoever reads or writes then is told what happened.
    return events & Int16(POLLERR | POLLHUP) != 0 ? wanted : ready
  }

  /// Rounded up: a wait that ends too soon would only be begun again.
  private static func milliseconds(_ duration: Duration) -> Int32 {
    let (seconds, attoseconds) = duration.components
    let fraction = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    return Int32(clamping: min(seconds, Int64(Int32.max) / 1_000) * 1_000 + fraction)
  }
}

extension Descriptor {
  /// The same as with a buffer of C's.
  /// - Throws: `SystemError` when the connection is over.
  package func send(_ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int {
    let sent = unsafe bytes.withUnsafeBytes { bytes -> Result<Int, SystemError> in
      do throws(SystemError) { return .success(try unsafe send(bytes)) } catch {
        return .failure(error)
      }
    }
    return try sent.get()
  }

  /// The same as with a buffer of C's: it takes as much as the array has elements.
  /// - Throws: `SystemError` when the connection is over.
  package func receive(into bytes: inout [UInt8]) throws(SystemError) -> Int? {
    let received = unsafe bytes.withUnsafeMutableBytes { bytes -> Result<Int?, SystemError> in
      do throws(SystemError) { return .success(try unsafe receive(into: bytes)) } catch {
        return .failure(error)
      }
    }
    return try received.get()
  }
}
