#if canImport(Glibc)
  import CLinux
  import Glibc
  import Platform

  typealias SystemPoller = EpollPoller

  /// The poller of Linux: epoll(7), level-triggered, with an eventfd(2) as its waker.
  struct EpollPoller: PollerContract, ~Copyable {
    private let epoll: Descriptor
    private let bell: Descriptor
    private var events = [epoll_event](repeating: epoll_event(), count: pollerEventsMax)

    static func open() throws(SystemError) -> EpollPoller {
      let epoll = Descriptor(
        owning: try systemCall("epoll_create1") { epoll_create1(Int32(EPOLL_CLOEXEC)) })
      let bell = Descriptor(
        owning: try systemCall("eventfd") { eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC)) })
      let poller = EpollPoller(epoll: epoll, bell: bell)
      try poller.add(poller.bell.number, .readable, generation: 0)
      return poller
    }

    private init(epoll: consuming Descriptor, bell: consuming Descriptor) {
      self.epoll = epoll
      self.bell = bell
    }

    var waker: Waker { Waker(bell: bell.number) }

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
      var event = epoll_event()
      if interest.contains(.readable) { event.events |= EPOLLIN.rawValue | EPOLLRDHUP.rawValue }
      if interest.contains(.writable) { event.events |= EPOLLOUT.rawValue }
      event.data.u64 = UInt64(generation) << 32 | UInt64(UInt32(bitPattern: descriptor))
      try systemCall("epoll_ctl") { epoll_ctl(epoll.number, operation, descriptor, &event) }
    }

    mutating func wait(atMost timeout: Duration?) throws(SystemError) -> Int {
      let milliseconds = timeout.map { Int32(clamping: $0.millisecondsRoundedUp) } ?? -1
      let count = epoll_wait(epoll.number, &events, Int32(events.count), milliseconds)
      if count >= 0 { return Int(count) }
      // A signal ends the sleep early; the loop looks around and sleeps again.
      let errno = Errno.last
      if errno == .interrupted { return 0 }
      throw SystemError(call: "epoll_wait", errno: errno)
    }

    func event(at index: Int) -> PollerEvent? {
      let event = events[index]
      let descriptor = Int32(truncatingIfNeeded: event.data.u64)
      if descriptor == bell.number {
        silence()
        return nil
      }
      return PollerEvent(
        descriptor: descriptor, generation: UInt32(event.data.u64 >> 32),
        readiness: Self.readiness(event.events))
    }

    private func silence() {
      var rings: UInt64 = 0
      // It was readable, and this thread alone reads it: there is nothing that could fail.
      _ = read(bell.number, &rings, MemoryLayout<UInt64>.size)
    }

    private static func readiness(_ events: UInt32) -> Readiness {
      var readiness: Readiness = []
      if events & EPOLLIN.rawValue != 0 { readiness.insert(.readable) }
      if events & EPOLLOUT.rawValue != 0 { readiness.insert(.writable) }
      if events & EPOLLRDHUP.rawValue != 0 { readiness.insert(.peerFinished) }
      if events & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 { readiness.insert(.gone) }
      return readiness
    }
  }

  /// Rings a loop out of its sleep, from any thread. It lives no longer than its poller.
  struct Waker: Sendable {
    fileprivate let bell: Int32

    func ring() {
      var one: UInt64 = 1
      // The only failure is a full counter, and then the bell is ringing already.
      _ = write(bell, &one, MemoryLayout<UInt64>.size)
    }
  }
#endif
