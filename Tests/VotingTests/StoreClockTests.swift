import EventLoop
import TestSupport
import Testing

@testable import Voting

@Suite("The clock of a store")
struct StoreClockTests {
  @Test("an answer moves the time only as far as it is sure to be wrong")
  func offset() {
    let clock = StoreClock()
    clock.note(.seconds(1_000), asked: .seconds(10), heard: .seconds(12))
    #expect(clock.offset == .seconds(989))
    // It was on its way for long, and agrees.
    clock.note(.seconds(1_010), asked: .seconds(20), heard: .seconds(29))
    #expect(clock.offset == .seconds(989))
    clock.note(.seconds(1_030), asked: .seconds(30), heard: .seconds(32))
    #expect(clock.offset == .seconds(998))
    clock.note(.seconds(1_010), asked: .seconds(40), heard: .seconds(42))
    #expect(clock.offset == .seconds(970))
  }

  @Test(
    "a server whose clock is an hour ahead does not end a countdown before the others",
    .enabled(if: StoreProcess.isTried, "\(StoreProcess.absence)"))
  func countdown() async throws {
    let store = try await StoreProcess()
    let executor = QueueExecutor()
    let boxes = try [0, 3_600_000].map { ahead in
      try BallotBox(
        ledger: store.url.ledger(), executor: executor, question: Hall.question,
        clock: LoopClock.manual(ManualClock()),
        now: { BallotBox.millisecondsSince1970() + ahead })
    }
    let seconds = Room.countdownSeconds.upperBound
    try await boxes[0].perform(.countdown(.start(seconds: seconds)))
    // What it does at once when it hears of the countdown is done when it has looked again.
    for _ in 1...2 { try await boxes[1].lookAround(telling: Instance(id: "1", name: "ahead")) }
    for box in boxes {
      let round = try #require(box.round)
      #expect(round.isOpen)
      #expect((1...seconds * 1_000).contains(try #require(round.closesAt) - box.now()))
    }
  }
}
