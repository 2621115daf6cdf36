import Testing

@testable import ServerSentEvents

@Suite("The frames that wait for a shard's loop")
struct OutgoingTests {
  private let state = Frame([1], .state(channel: "tally"))
  private let newerState = Frame([2], .state(channel: "tally"))
  private let message = Frame([3], .message)
  private let heartbeat = Frame([4], .heartbeat)

  private func payloads(_ frames: [Frame]) -> [UInt8] {
    frames.flatMap { $0.bytes(isChunked: false) }
  }

  @Test("without subscribers, the newest states wait for the first one and no turn is scheduled")
  func noSubscribers() {
    var outgoing = Outgoing()
    let mustSchedule = [state, message, heartbeat, newerState].map { outgoing.add($0) }
    let (waited, left) = (outgoing.open(), outgoing.take())
    #expect(mustSchedule == [false, false, false, false])
    #expect(payloads(waited) == [2])
    #expect(left.isEmpty)
  }

  @Test("one turn of the loop is scheduled, however many frames come before it")
  func oneTurn() {
    var outgoing = Outgoing()
    _ = outgoing.open()
    let mustSchedule = [state, message, newerState, heartbeat].map { outgoing.add($0) }
    let taken = outgoing.take()
    #expect(mustSchedule == [true, false, false, false])
    #expect(payloads(taken) == [3, 2, 4])
  }

  @Test("a turn follows a turn while a broadcast is unfinished or a frame waits")
  func turns() {
    var outgoing = Outgoing()
    _ = (outgoing.open(), outgoing.add(state), outgoing.take())
    let followsUnfinished = outgoing.endTurn(isUnfinished: true)
    let schedulesTwice = outgoing.add(message)
    let followsWaiting = outgoing.endTurn(isUnfinished: false)
    let taken = outgoing.take()
    let followsNothing = outgoing.endTurn(isUnfinished: false)
    let schedulesAgain = outgoing.add(message)
    #expect(followsUnfinished && followsWaiting && !followsNothing)
    #expect(!schedulesTwice && schedulesAgain)
    #expect(payloads(taken) == [3])
  }

  @Test("whoever comes after the last has left gets what a turn is coming for with that turn")
  func turnOnItsWay() {
    var outgoing = Outgoing()
    _ = (outgoing.open(), outgoing.add(message))
    outgoing.close()
    let schedulesTwice = outgoing.add(state)
    let (waited, taken) = (outgoing.open(), outgoing.take())
    #expect(!schedulesTwice)
    #expect(waited.isEmpty)
    #expect(payloads(taken) == [3, 1])
  }
}
