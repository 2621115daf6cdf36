import Testing

@testable import ServerSentEvents

@Suite("The frames that wait for a shard's loop")
struct OutgoingTests {
  private let state = Frame([1], .state(channel: "tally"))
  private let newerState = Frame([2], .state(channel: "tally"))
  private let message = Frame([3], .message)
  private let heartbeat = Frame([4], .heartbeat)

  private func payloads(_ frames: [Frame]) -> [UInt8] {
    frames.map { $0.bytes(isChunked: false)[0] }
  }

  @Test("without subscribers, the newest states wait for the first one and no turn is scheduled")
  func noSubscribers() {
    var outgoing = Outgoing()
    for frame in [state, message, heartbeat, newerState] {
      #expect(!outgoing.add(frame))
    }
    #expect(payloads(outgoing.open()) == [2])
    #expect(outgoing.take().isEmpty)
  }

  @Test("one turn of the loop is scheduled, however many frames come before it")
  func oneTurn() {
    var outgoing = Outgoing()
    _ = outgoing.open()
    #expect(
      [state, message, newerState, heartbeat].map { outgoing.add($0) } == [
        true, false, false, false,
      ])
    #expect(payloads(outgoing.take()) == [3, 2, 4])
    #expect(outgoing.endTurn(isUnfinished: true))
    #expect(!outgoing.add(message))
    #expect(outgoing.endTurn(isUnfinished: false))
    #expect(payloads(outgoing.take()) == [3])
    #expect(!outgoing.endTurn(isUnfinished: false))
    #expect(outgoing.add(message))
  }

  @Test(
    "a subscriber that comes after the last has left gets what a turn is coming for with that turn")
  func turnOnItsWay() {
    var outgoing = Outgoing()
    _ = outgoing.open()
    #expect(outgoing.add(message))
    outgoing.close()
    #expect(!outgoing.add(state))
    #expect(outgoing.open().isEmpty)
    #expect(payloads(outgoing.take()) == [3, 1])
    #expect(!outgoing.endTurn(isUnfinished: false))
  }
}
