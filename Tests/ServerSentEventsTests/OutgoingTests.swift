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

  @Test("what goes to the same subscribers is taken together, in the order it came")
  func topics() {
    let (news, sport) = (Topic("news"), Topic("sport"))
    var outgoing = Outgoing()
    _ = outgoing.open()
    let frames = [
      Frame([1], .message, topic: news), Frame([2], .state(channel: "a"), topic: news),
      Frame([3], .message, topic: sport), Frame([4], .message),
      Frame([5], .state(channel: "a"), topic: sport),
    ]
    for frame in frames { _ = outgoing.add(frame) }
    let taken = (1...5).map { _ in outgoing.take() }
    #expect(taken.map(payloads) == [[1, 2], [3], [4], [5], []])
    #expect(taken.map { $0.first?.topic?.name } == ["news", "sport", nil, "sport", nil])
  }

  @Test("without subscribers it is noted which messages nobody heard, also those that waited")
  func unheard() {
    func message(_ number: Int) -> Frame {
      Frame(.message, number: number) { try! Event("\(number)") }
    }
    var outgoing = Outgoing()
    _ = (outgoing.add(message(1)), outgoing.open())
    let beforeAnybody = outgoing.unheardThrough
    _ = (outgoing.add(message(2)), outgoing.close())
    let waited = outgoing.unheardThrough
    _ = outgoing.add(message(3))
    #expect([beforeAnybody, waited, outgoing.unheardThrough] == [1, 2, 3])
    #expect(outgoing.isEmpty)
  }

  @Test("states of a topic that has ended wait for nobody")
  func endedTopic() {
    let (ended, other) = (Topic("news"), Topic("sport"))
    var outgoing = Outgoing()
    _ = outgoing.add(Frame([1], .state(channel: "a"), topic: ended))
    _ = outgoing.add(Frame([2], .state(channel: "a"), topic: other))
    ended.end()
    let waited = outgoing.open()
    #expect(payloads(waited) == [2])
  }
}
