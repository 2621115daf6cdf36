public import Platform
import Synchronization

// EventLoop: one thread that sleeps until a socket, a timer or a piece of work wants it.
//
// `EventLoop` is the thread, and a Swift executor: an actor that names it as its executor runs on
// it, and so may touch its descriptors and timers without waiting. `Poller.swift` is the contract
// of the two pollers, epoll and kqueue; `Timers` go by a `LoopClock`, which a test can move. Descriptors and
// sockets are those of `Platform`.

/// Called on the loop's thread when a descriptor is ready, with its number. It must not block, and is
/// called again for as long as the descriptor is ready (level-triggered).
public typealias ReadinessHandler = (_ descriptor: Int32, Readiness) -> Void

/// A thread that runs jobs, timers and the handlers of ready descriptors, one at a time.
///
/// `enqueue` and `execute` may be called from any thread; everything else belongs to the loop's own
/// thread and traps elsewhere. Whatever runs here must not block: all connections of the loop wait,
/// and so do other loops for what it has given them, which they hear of when it is done.
///
/// `@unchecked Sendable`: the inbox is behind a `Mutex`, and the rest (`poller`, `timers`,
/// `registrations`, `loopsToWake`) is touched by the loop's thread only: by `run`, which is that
/// thread, and by methods that check it first.
public final class EventLoop: SerialExecutor, TaskExecutor, @unchecked Sendable {
  private enum Work {
    case job(UnownedJob)
    case action(@Sendable () -> Void)
  }

  private struct Inbox {
    var work: [Work] = []
    /// The loop sleeps in its poller, or is about to: work must wake it.
    var isAsleep = false
    var isStopping = false
    /// Nobody comes for work any more: kept here, it would keep its owners, and they the loop.
    var hasEnded = false
    /// Handlers and timers are gone, too.
    var isOver = false
    /// Resumed then.
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private struct Registration {
    let onReady: ReadinessHandler
    let generation: UInt32
    var interest: Interest
  }

  /// What the thread is called in a debugger, in statistics and in traps; Linux keeps its first 15
  /// bytes.
  public let name: String
  /// What its timers go by.
  public let clock: LoopClock
  private let inbox = Mutex(Inbox())
  private let waker: Waker

  private var poller: SystemPoller
  private var timers = Timers()
  /// By descriptor number; the system gives out the lowest free one, so this stays dense.
  private var registrations: [Registration?] = []
  private var generation: UInt32 = 0
  /// Swapped with the inbox, so that neither array is allocated again.
  private var working: [Work] = []
  /// Loops that sleep and were given something by the work in hand. They are woken when it is done:
  /// woken for the first of many things, a loop would be asleep again before the second comes.
  private var loopsToWake: [EventLoop] = []

  /// Starts the thread. It runs until `stop`, and keeps the loop alive until then.
  /// - Throws: `SystemError` when the system has no more descriptors or threads.
  public init(name: String, clock: LoopClock = .system) throws(SystemError) {
    self.name = name
    self.clock = clock
    poller = try SystemPoller.open()
    waker = poller.waker
    try SystemThread.start(name: name) { self.run() }
    if let manual = clock.manual { manual.onAdvance { [weak self] in self?.execute {} } }
  }

  /// Starts so many loops, or none at all: for a count below 1, and where one fails to start.
  /// - Throws: `SystemError` as `init` has it; then those that were started are stopped again.
  public static func start(
    count: Int, clock: LoopClock = .system
  ) throws(SystemError) -> [EventLoop] {
    var loops: [EventLoop] = []
    do throws(SystemError) {
      while loops.count < count {
        loops.append(try EventLoop(name: "loop \(loops.count + 1)", clock: clock))
      }
    } catch {
      for loop in loops { loop.stop() }
      throw error
    }
    return loops
  }

  // MARK: From any thread

  /// Takes a job of Swift Concurrency, to be run on the loop after the work that is there already;
  /// for the runtime (`SerialExecutor`, `TaskExecutor`). A job that comes after `stop` never runs.
  public func enqueue(_ job: consuming ExecutorJob) {
    add(.job(UnownedJob(job)))
  }

  /// Runs the action on the loop, after the work that is there already.
  public func execute(_ action: @escaping @Sendable () -> Void) {
    add(.action(action))
  }

  /// Transfers a descriptor to a receiver on the loop, after the work that is there already. On a
  /// loop that has stopped the descriptor stays open: stop those who transfer before.
  public func transfer(
    _ descriptor: consuming Descriptor,
    to receiver: @escaping @Sendable (consuming Descriptor) -> Void
  ) {
    // A closure cannot own what cannot be copied; the number travels in its place.
    let number = descriptor.release()
    execute { receiver(Descriptor(owning: number)) }
  }

  /// Ends the thread once its inbox is empty, and forgets handlers and timers. Work that comes
  /// later never runs.
  public func stop() {
    inbox.withLock { $0.isStopping = true }
    waker.wake()
  }

  /// Waits until the loop has ended: no handler, timer or work of it runs any more.
  public func waitUntilStopped() async {
    await withCheckedContinuation { continuation in
      let isOver = inbox.withLock { inbox in
        if !inbox.isOver { inbox.waiting.append(continuation) }
        return inbox.isOver
      }
      if isOver { continuation.resume() }
    }
  }

  /// The moment it is, by the loop's clock.
  public var now: Instant { clock.now }

  /// Whether the caller runs on this loop. May be asked from any thread.
  public var isCurrent: Bool { Self.current.object === self }

  /// The loop that runs on the calling thread, if one does. A thread's own body keeps its loop
  /// alive, and takes it out before it ends.
  private static let current = ThreadSlot<EventLoop>()

  /// Traps unless the caller runs on this loop; for the runtime, and for whoever relies on it.
  public func checkIsolated() {
    precondition(isCurrent, "not on the event loop \(name)")
  }

  /// What `isCurrent` says, for the runtime; never `nil`.
  public func isIsolatingCurrentContext() -> Bool? { isCurrent }

  private func add(_ work: Work) {
    let mustWake = inbox.withLock { inbox in
      if inbox.hasEnded { return false }
      inbox.work.append(work)
      defer { inbox.isAsleep = false }
      return inbox.isAsleep
    }
    guard mustWake else { return }
    if let current = Self.current.object { current.loopsToWake.append(self) } else { waker.wake() }
  }

  // MARK: On the loop's thread

  /// Calls `onReady` when the descriptor is ready, until `unwatch`. It runs on the loop, like who
  /// passes it: made inside an actor of the loop, it may use that actor without waiting. A second
  /// watcher of the same descriptor traps.
  /// - Throws: `SystemError` when the system cannot watch it (`ENOSPC`, `ENOMEM`).
  public func watch(
    _ descriptor: borrowing Descriptor, for interest: Interest,
    onReady: @escaping ReadinessHandler
  ) throws(SystemError) {
    checkIsolated()
    let number = Int(descriptor.number)
    while registrations.count <= number { registrations.append(nil) }
    precondition(registrations[number] == nil, "a descriptor has one watcher")
    generation &+= 1
    try poller.add(descriptor.number, interest, generation: generation)
    registrations[number] = Registration(
      onReady: onReady, generation: generation, interest: interest)
  }

  /// Changes what the watcher hears of. Asking for the same again costs nothing. A descriptor that
  /// nobody watches traps.
  public func setInterest(_ interest: Interest, in descriptor: borrowing Descriptor)
    throws(SystemError)
  {
    checkIsolated()
    let number = Int(descriptor.number)
    guard let old = registration(of: number) else { preconditionFailure("nobody watches it") }
    if old.interest == interest { return }
    try poller.change(
      descriptor.number, from: old.interest, to: interest, generation: old.generation)
    registrations[number]?.interest = interest
  }

  /// Forgets the descriptor; to be called before it is closed or given away. Does nothing for one
  /// that nobody watches.
  public func unwatch(_ descriptor: borrowing Descriptor) {
    checkIsolated()
    let number = Int(descriptor.number)
    guard let old = registration(of: number) else { return }
    registrations[number] = nil
    // Closing it ends the watch in any case; the handler is forgotten already.
    try? poller.remove(descriptor.number, old.interest)
  }

  private func registration(of number: Int) -> Registration? {
    number < registrations.count ? registrations[number] : nil
  }

  /// Runs the action on this loop once the time has come; at once, in the loop's next turn, where
  /// it is over already. A delay of more than a hundred years is a hundred years.
  @discardableResult
  public func schedule(after delay: Duration, _ action: @escaping () -> Void) -> TimerID {
    checkIsolated()
    return timers.add(due: now + min(delay, Self.maxDelay), action)
  }

  private static let maxDelay: Duration = .seconds(100 * 365 * 86_400)

  /// Takes a timer back. One that has fired, or was cancelled before, is not an error.
  public func cancel(_ timer: TimerID) {
    checkIsolated()
    timers.cancel(timer)
  }

  // MARK: The loop

  private func run() {
    Self.current.object = self
    while turn() {}
    Self.current.object = nil
    // What still waits here waits in vain; keeping it would keep its owners, and they the loop.
    registrations = []
    timers = Timers()
    let waiting = inbox.withLock { inbox in
      inbox.isOver = true
      defer { inbox.waiting = [] }
      return inbox.waiting
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Work first, then timers, then sockets. Returns false when the loop is to end.
  private func turn() -> Bool {
    doWork()
    while let action = timers.removeDue(at: now) { action() }
    wakeLoops()
    let (hasEnded, mayWait) = inbox.withLock { inbox in
      inbox.isAsleep = inbox.work.isEmpty
      inbox.hasEnded = inbox.isStopping && inbox.work.isEmpty
      return (inbox.hasEnded, inbox.isAsleep)
    }
    if hasEnded { return false }
    let timeout = mayWait ? timers.nextDue.flatMap { clock.timeout(until: $0) } : .zero
    let count = sleep(atMost: timeout)
    inbox.withLock { $0.isAsleep = false }
    for index in 0..<count {
      if let event = poller.event(at: index) { deliver(event) }
    }
    wakeLoops()
    return true
  }

  private func sleep(atMost timeout: Duration?) -> Int {
    do {
      return try poller.wait(atMost: timeout)
    } catch {
      // Its arguments are our own and never change: only a bug gets here.
      fatalError("\(name): \(error)")
    }
  }

  private func doWork() {
    inbox.withLock { swap(&$0.work, &working) }
    for work in working {
      switch work {
      case .job(let job):
        unsafe job.runSynchronously(
          isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
      case .action(let action): action()
      }
      wakeLoops()
    }
    working.removeAll(keepingCapacity: true)
  }

  private func wakeLoops() {
    if loopsToWake.isEmpty { return }
    for loop in loopsToWake { loop.waker.wake() }
    loopsToWake.removeAll(keepingCapacity: true)
  }

  private func deliver(_ event: PollerEvent) {
    guard let registration = registration(of: Int(event.descriptor)),
      registration.generation == event.generation
    else { return }
    registration.onReady(event.descriptor, event.readiness)
  }
}
