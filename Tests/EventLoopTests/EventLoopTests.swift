import Foundation
import Platform
import Synchronization
import Testing

@testable import EventLoop

/// An actor that lives on a loop.
actor Counter {
  nonisolated let loop: EventLoop
  private(set) var count = 0
  private(set) var threads: Set<String> = []

  nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

  init(on loop: EventLoop) { self.loop = loop }

  func add() {
    count += 1
    threads.insert("\(pthread_self())")
  }

  nonisolated func addWithoutWaiting() { assumeIsolated { $0.add() } }
}

@Suite("An event loop")
struct EventLoopTests {
  @Test("an event loop runs every job of its actors on one thread")
  func oneThread() async throws {
    let loop = try EventLoop(name: "test")
    defer { loop.stop() }
    let counter = Counter(on: loop)
    await withTaskGroup { group in
      for _ in 0..<1_000 { group.addTask { await counter.add() } }
    }
    #expect(await counter.count == 1_000)
    #expect(await counter.threads.count == 1)
  }

  @Test(
    "an event loop gives other loops, asleep or not, all that one piece of its work has for them")
  func amongLoops() async throws {
    let giver = try EventLoop(name: "giver")
    let takers = [try EventLoop(name: "taker 1"), try EventLoop(name: "taker 2")]
    defer { for loop in takers + [giver] { loop.stop() } }
    let counters = takers.map(Counter.init)
    let given = 3
    for round in 1...100 {
      await withTaskGroup { group in
        for counter in counters {
          group.addTask {
            await withCheckedContinuation { continuation in
              giver.execute {
                for number in 1...given {
                  counter.loop.execute {
                    counter.addWithoutWaiting()
                    if number == given { continuation.resume() }
                  }
                }
              }
            }
          }
        }
      }
      for counter in counters { #expect(await counter.count == round * given) }
    }
  }

  @Test("an event loop lets an actor be entered without waiting by who is on its thread already")
  func assumeIsolated() async throws {
    let loop = try EventLoop(name: "test")
    defer { loop.stop() }
    let counter = Counter(on: loop)
    await withCheckedContinuation { continuation in
      loop.execute {
        counter.addWithoutWaiting()
        continuation.resume()
      }
    }
    #expect(await counter.count == 1)
  }

  @Test("an event loop keeps a task that prefers it, and what the task sleeps, on its thread")
  func taskPreference() async throws {
    let loop = try EventLoop(name: "test")
    defer { loop.stop() }
    let stays = try await Task(executorPreference: loop) {
      let before = loop.isCurrent
      try await Task.sleep(for: .milliseconds(1))
      return before && loop.isCurrent
    }.value
    #expect(stays)
  }

  @Test("an event loop runs actions from many threads in the order each thread gave them")
  func order() async throws {
    let loop = try EventLoop(name: "test")
    defer { loop.stop() }
    let (seen, continuation) = AsyncStream.makeStream(of: (source: Int, number: Int).self)
    for source in 0..<4 {
      Task.detached {
        for number in 0..<500 {
          loop.execute { continuation.yield((source, number)) }
        }
      }
    }
    var numbers: [Int: [Int]] = [:]
    for await (source, number) in seen.prefix(2_000) { numbers[source, default: []].append(number) }
    for source in 0..<4 { #expect(numbers[source] == Array(0..<500)) }
  }

  @Test(
    "an event loop fires timers when they are due, the earlier one first, and not those that were cancelled"
  )
  func timers() async throws {
    let loop = try EventLoop(name: "test")
    defer { loop.stop() }
    let (order, continuation) = AsyncStream.makeStream(of: String.self)
    loop.execute {
      loop.schedule(after: .milliseconds(20)) {
        continuation.yield("late")
        continuation.finish()
      }
      let cancelled = loop.schedule(after: .milliseconds(1)) { continuation.yield("cancelled") }
      loop.schedule(after: .milliseconds(5)) { continuation.yield("early") }
      loop.cancel(cancelled)
    }
    var fired: [String] = []
    for await name in order { fired.append(name) }
    #expect(fired == ["early", "late"])
  }

  @Test("an event loop ends when it is told to, after the work that is there")
  func stop() async throws {
    let loop = try EventLoop(name: "test")
    let ran = Mutex(0)
    await withCheckedContinuation { continuation in
      for _ in 0..<100 { loop.execute { ran.withLock { $0 += 1 } } }
      loop.execute { continuation.resume() }
      loop.stop()
    }
    #expect(ran.withLock { $0 } == 100)
  }

  @Test("an event loop lets go of what comes after its end", .timeLimit(.minutes(5)))
  func afterEnd() async throws {
    weak var owner: Counter?
    do {
      let loop = try EventLoop(name: "test")
      let counter = Counter(on: loop)
      owner = counter
      loop.stop()
      // Some of it comes before the thread has ended, and some after.
      for _ in 0..<1_000 { loop.execute { counter.addWithoutWaiting() } }
      await loop.waitUntilStopped()
      for _ in 0..<10 { loop.execute { counter.addWithoutWaiting() } }
    }
    while owner != nil { await Task.yield() }
  }

  @Test("an event loop traps when another thread touches its timers")
  func wrongThread() async {
    await #expect(processExitsWith: .failure) {
      let loop = try EventLoop(name: "test")
      loop.schedule(after: .zero) {}
    }
  }

  @Test("a timer without end is no fault, and one that is over already fires at once")
  func extremeDelays() async throws {
    let loop = try EventLoop(name: "test")
    defer { loop.stop() }
    await withCheckedContinuation { continuation in
      loop.execute {
        for delay in [Duration.seconds(Int64.max), .seconds(Int64.max) * 10] {
          loop.schedule(after: delay) { Issue.record("a hundred years are over") }
        }
        loop.schedule(after: .seconds(Int64.min)) { continuation.resume() }
      }
    }
  }

  @Test("no loops are started for a count of none", arguments: [0, -1])
  func noLoops(count: Int) throws {
    #expect(try EventLoop.start(count: count).isEmpty)
  }

  @Test("a descriptor that was never watched may be unwatched")
  func neverWatched() async throws {
    let loop = try EventLoop(name: "test")
    defer { loop.stop() }
    await withCheckedContinuation { continuation in
      loop.execute {
        let descriptor = try! Descriptor(readingFrom: "/dev/null")
        loop.unwatch(descriptor)
        continuation.resume()
      }
    }
  }

  @Test("whoever waits for a loop to stop goes on when it has, also when it has already")
  func waitUntilStopped() async throws {
    let loop = try EventLoop(name: "test")
    loop.stop()
    await loop.waitUntilStopped()
    await loop.waitUntilStopped()
  }
}
