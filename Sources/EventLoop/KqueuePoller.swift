#if canImport(Darwin)
  import Darwin
  import Platform

  typealias SystemPoller = KqueuePoller

  /// The poller of Darwin: kqueue(2), level-triggered, with an EVFILT_USER event as its waker.
  ///
  /// kqueue has a filter for each direction and tells of each on its own, so that one socket may come
  /// twice out of one `wait`: readable, and then writable. Without a filter it tells nothing: a
  /// descriptor with no interest is not even told that its peer has gone.
  struct KqueuePoller: PollerContract, ~Copyable {
    private let queue: Descriptor
    // `[kevent](…)` would be a call: the function and the type have one name.
    private var events: [kevent] = Array(repeating: kevent(), count: pollerEventsMax)

    /// The queue itself is closed on exec without being asked: no child gets it.
    static func open() throws(SystemError) -> KqueuePoller {
      let poller = KqueuePoller(
        queue: Descriptor(owning: try systemCall("kqueue") { kqueue() }))
      var wakeUp = kevent()
      wakeUp.ident = Waker.ident
      wakeUp.filter = Int16(EVFILT_USER)
      wakeUp.flags = UInt16(EV_ADD | EV_CLEAR)
      try poller.submit(wakeUp)
      return poller
    }

    private init(queue: consuming Descriptor) { self.queue = queue }

    var waker: Waker { Waker(queue: queue.number) }

    func add(_ descriptor: Int32, _ interest: Interest, generation: UInt32) throws(SystemError) {
      try change(descriptor, from: [], to: interest, generation: generation)
    }

    func change(
      _ descriptor: Int32, from old: Interest, to new: Interest, generation: UInt32
    ) throws(SystemError) {
      for (interest, filter) in [(Interest.readable, EVFILT_READ), (.writable, EVFILT_WRITE)] {
        guard old.contains(interest) != new.contains(interest) else { continue }
        var event = kevent()
        event.ident = UInt(descriptor)
        event.filter = Int16(filter)
        event.flags = UInt16(new.contains(interest) ? EV_ADD : EV_DELETE)
        event.udata = UnsafeMutableRawPointer(bitPattern: UInt(generation))
        try submit(event)
      }
    }

    func remove(_ descriptor: Int32, _ interest: Interest) throws(SystemError) {
      try change(descriptor, from: interest, to: [], generation: 0)
    }

    /// With no room for events kevent(2) does not sleep, and so no signal interrupts it.
    private func submit(_ event: kevent) throws(SystemError) {
      var event = event
      try systemCall("kevent") { kevent(queue.number, &event, 1, nil, 0, nil) }
    }

    mutating func wait(atMost timeout: Duration?) throws(SystemError) -> Int {
      let count: Int32
      if let timeout {
        var time = Self.time(timeout)
        count = kevent(queue.number, nil, 0, &events, Int32(events.count), &time)
      } else {
        count = kevent(queue.number, nil, 0, &events, Int32(events.count), nil)
      }
      if count >= 0 { return Int(count) }
      // A signal ends the sleep early; the loop looks around and sleeps again.
      let errno = Errno.last
      if errno == .interrupted { return 0 }
      throw SystemError(call: "kevent", errno: errno)
    }

    /// The kernel refuses more than 100,000,000 s (EINVAL). Waking early does no harm.
    private static let millisecondsMax: Int64 = 86_400_000

    private static func time(_ timeout: Duration) -> timespec {
      let milliseconds = min(timeout.millisecondsRoundedUp, millisecondsMax)
      return timespec(
        tv_sec: Int(milliseconds / 1000), tv_nsec: Int(milliseconds % 1000) * 1_000_000)
    }

    func event(at index: Int) -> PollerEvent? {
      let event = events[index]
      if event.filter == Int16(EVFILT_USER) { return nil }
      return PollerEvent(
        descriptor: Int32(event.ident), generation: UInt32(UInt(bitPattern: event.udata)),
        readiness: Self.readiness(event))
    }

    /// EV_EOF on the read side is the peer's FIN, and bytes may be left to read; `fflags` is the
    /// socket's error, if it has one (a reset). On the write side it says that nothing can be sent
    /// any more: both sides have ended, or connecting has failed.
    private static func readiness(_ event: kevent) -> Readiness {
      let isRead = event.filter == Int16(EVFILT_READ)
      var readiness: Readiness = isRead ? .readable : .writable
      if event.flags & UInt16(EV_EOF) != 0 {
        readiness.insert(isRead && event.fflags == 0 ? .endOfInput : .hangUp)
      }
      return readiness
    }
  }

  /// Wakes a loop out of its sleep, from any thread. It lives no longer than its poller.
  struct Waker: Sendable {
    fileprivate static let ident: UInt = 0
    fileprivate let queue: Int32

    func wake() {
      var event = kevent()
      event.ident = Self.ident
      event.filter = Int16(EVFILT_USER)
      event.fflags = UInt32(NOTE_TRIGGER)
      // The user event was added when the queue was made: there is nothing that could fail.
      _ = kevent(queue, &event, 1, nil, 0, nil)
    }
  }
#endif
