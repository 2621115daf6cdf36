#if canImport(Glibc)
  import CLinux
  import Glibc
  import Platform

  typealias SystemPoller = EpollPoller

  /// The poller of Linux: epoll(7), level-triggered, with an eventfd(2) as its waker.
  @safe struct EpollPoller: PollerContract, ~Copyable {
    private let epoll: Descriptor
    private let eventFD: Descriptor
    private var events = unsafe [epoll_event](repeating: epoll_event(), count: pollerEventsMax)

    static func open() throws(SystemError) -> EpollPoller {
      let epoll = Descriptor(
        owning: try systemCall("epoll_create1") { epoll_create1(Int32(EPOLL_CLOEXEC)) })
      let eventFD = Descriptor(
        owning: try systemCall("eventfd") { eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC)) })
      let poller = EpollPoller(epoll: epoll, eventFD: eventFD)
      try poller.add(poller.eventFD.number, .readable, generation: 0)
      return poller
    }

    private init(epoll: consuming Descriptor, eventFD: consuming Descriptor) {
      self.epoll = epoll
      self.eventFD = eventFD
    }

    var waker: Waker { Waker(eventFD: eventFD.number) }

    func add(_ descriptor: Int32, _ interest: Interest, generation: UInt32)
      throws(SystemError)
    {
      try control(EPOLL_CTL_ADD, descriptor, interest, generation)
    }

    func change(
      _ descriptor: Int32, from old: Interest, to new: Interest, generation: UInt32
    ) throws(SystemError) {
      try control(EPOLL_CTL_MOD, descriptor, new, generation)
    }

    func remove(_ descriptor: Int32, _ interest: Interest) throws(SystemError) {
      try control(EPOLL_CTL_DEL, descriptor, interest, 0)
    }

    private func control(
      _ operation: Int32, _ descriptor: Int32, _ interest: Interest, _ generation: UInt32
    ) throws(SystemError) {
      var event = unsafe epoll_event()
      if interest.contains(.readable) {
        unsafe event.events |= EPOLLIN.rawValue | EPOLLRDHUP.rawValue
      }
      if interest.contains(.writable) { unsafe event.events |= EPOLLOUT.rawValue }
      unsafe event.data.u64 = UInt64(generation) << 32 | UInt64(UInt32(bitPattern: descriptor))
      try systemCall("epoll_ctl") { unsafe epoll_ctl(epoll.number, operation, descriptor, &event) }
    }

    mutating func wait(atMost timeout: Duration?) throws(SystemError) -> Int {
      let milliseconds = timeout.map { Int32(clamping: $0.millisecondsRoundedUp) } ?? -1
      let count = unsafe epoll_wait(epoll.number, &events, Int32(events.count), milliseconds)
      if count >= 0 { return Int(count) }
      // A signal ends the sleep early; the loop looks around and sleeps again.
      let errno = Errno.last
      if errno == .interrupted { return 0 }
      throw SystemError(call: "epoll_wait", errno: errno)
    }

    func event(at index: Int) -> PollerEvent? {
      let event = unsafe events[index]
      let descriptor = unsafe Int32(truncatingIfNeeded: event.data.u64)
      if descriptor == eventFD.number {
        drain()
        return nil
      }
      return unsafe PollerEvent(
        descriptor: descriptor, generation: UInt32(event.data.u64 >> 32),
        readiness: Self.readiness(event.events))
    }

    private func drain() {
      var count: UInt64 = 0
      // It was readable, and this thread alone reads it: there is nothing that could fail.
      _ = unsafe read(eventFD.number, &count, MemoryLayout<UInt64>.size)
    }

    private static func readiness(_ events: UInt32) -> Readiness {
      var readiness: Readiness = []
      if events & EPOLLIN.rawValue != 0 { readiness.insert(.readable) }
      if events & EPOLLOUT.rawValue != 0 { readiness.insert(.writable) }
      if events & EPOLLRDHUP.rawValue != 0 { readiness.insert(.endOfInput) }
      if events & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 { readiness.insert(.hangUp) }
      return readiness
    }
  }

  /// Wakes a loop out of its sleep, from any thread. It lives no longer than its poller.
  struct Waker: Sendable {
    fileprivate let eventFD: Int32

    func wake() {
      var one: UInt64 = 1
      // The only failure is a full counter, and then the loop is being woken already.
      _ = unsafe write(eventFD, &one, MemoryLayout<UInt64>.size)
    }
  }
#endif
