#if canImport(Darwin)
  import Darwin
  import Platform

  typealias SystemPoller = KqueuePoller

  /// The poller of Darwin: kqueue(2), level-triggered, with an EVFILT_USER event as its waker.
  struct KqueuePoller: PollerContract, ~Copyable {
    private let queue: Descriptor
    private var events = [kevent](repeating: kevent(), count: pollerEventsMax)

    static func open() throws(SystemError) -> KqueuePoller {
      let poller = KqueuePoller(
        queue: Descriptor(owning: try systemCall("kqueue") { kqueue() }))
      var bell = kevent()
      bell.ident = Waker.ident
      bell.filter = Int16(EVFILT_USER)
      bell.flags = UInt16(EV_ADD | EV_CLEAR)
      try poller.submit(bell)
      return poller
    }

    private init(queue: consuming Descriptor) { self.queue = queue }

    func add(_ descriptor: Int32, _ interest: Interest, generation: UInt32)
      throws(SystemError)
    {
      try change(descriptor, from: [], to: interest, generation: generation)
    }

    /// kqueue has a filter for each direction, added and deleted on its own.
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

    private func submit(_ event: kevent) throws(SystemError) {
      var event = event
      try systemCall("kevent") { kevent(queue.number, &event, 1, nil, 0, nil) }
    }

    mutating func wait(atMost timeout: Duration?) throws(SystemError) -> Int {
      let count: Int32
      if let timeout {
        let (seconds, attoseconds) = timeout.components
        var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
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

    func event(at index: Int) -> PollerEvent? {
      let event = events[index]
      if event.filter == Int16(EVFILT_USER) { return nil }
      return PollerEvent(
        descriptor: Int32(event.ident), generation: UInt32(UInt(bitPattern: event.udata)),
        readiness: Self.readiness(event))
    }

    private static func readiness(_ event: kevent) -> Readiness {
      let isRead = event.filter == Int16(EVFILT_READ)
      var readiness: Readiness = isRead ? .readable : .writable
      if event.flags & UInt16(EV_EOF) != 0 {
        // The end of the read side may leave bytes to read; of the write side, the peer is gone.
        readiness.insert(isRead && event.fflags == 0 ? .peerFinished : .gone)
      }
      if event.flags & UInt16(EV_ERROR) != 0 { readiness.insert(.gone) }
      return readiness
    }
  }

  /// Rings a loop out of its sleep, from any thread. It lives no longer than its poller.
  struct Waker: Sendable {
    fileprivate static let ident: UInt = 0
    fileprivate let queue: Int32

    func ring() {
      var event = kevent()
      event.ident = Self.ident
      event.filter = Int16(EVFILT_USER)
      event.fflags = UInt32(NOTE_TRIGGER)
      // The user event was added when the queue was made: there is nothing that could fail.
      _ = kevent(queue, &event, 1, nil, 0, nil)
    }
  }
#endif
