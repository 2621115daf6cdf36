import Testing

@testable import ServerSentEvents

@Suite("The messages that are kept")
struct HistoryTests {
  private func frame(_ number: Int, bytes: Int = 1) -> Frame {
    Frame(.message, number: number) { try! Event(String(repeating: ".", count: bytes)) }
  }

  private func numbers(_ history: History, _ range: ClosedRange<Int>) -> [Int] {
    history.frames(in: range).map(\.number)
  }

  @Test("a history keeps the newest messages, and the number of the last that was let go of")
  func newest() {
    var history = History(maxCount: 3, maxBytes: .max, after: 0)
    var lost: [Int] = []
    for number in 1...100 {
      history.add(frame(number))
      lost.append(history.lostThrough)
      #expect(numbers(history, 1...100) == Array(max(1, number - 2)...number))
    }
    #expect(lost == [0, 0] + Array(0...97))
  }

  @Test("a history may miss numbers, where another topic has them")
  func missingNumbers() {
    var history = History(maxCount: 10, maxBytes: .max, after: 4)
    for number in [5, 9, 12] { history.add(frame(number)) }
    #expect(numbers(history, 1...20) == [5, 9, 12])
    #expect(numbers(history, 6...9) == [9])
    #expect(numbers(history, 6...8) == [])
    #expect(numbers(history, 13...20) == [])
    #expect(history.lostThrough == 4)
  }

  @Test("a history keeps as many messages as its bytes allow, and none that is too large by itself")
  func bytes() {
    var history = History(maxCount: 10, maxBytes: 1000, after: 0)
    for number in 1...5 { history.add(frame(number, bytes: 300)) }
    #expect(numbers(history, 1...5) == [3, 4, 5])
    history.add(frame(6, bytes: 2000))
    #expect(numbers(history, 1...6) == [])
    #expect(history.lostThrough == 6)
  }

  @Test("an id of a message is known only as it was given")
  func ids() {
    let ids = MessageID()
    #expect(ids.position(ids.text(0)) == .number(0))
    #expect(ids.position(ids.text(.max)) == .number(.max))
    #expect(ids.position(nil) == .newcomer)
    #expect(ids.position("") == .newcomer)
    let others = [
      MessageID().text(1), ids.epoch, "\(ids.epoch)-", "\(ids.epoch)-+1", "\(ids.epoch)-01",
      "\(ids.epoch)-1 ", "\(ids.epoch)-٣", "\(ids.epoch)-9223372036854775808",
      "\(ids.epoch)--1x", "-1", "1", "\u{1F600}", String(repeating: "9", count: 100_000),
    ]
    for other in others { #expect(ids.position(other) == .unknown, "\(other.prefix(40))") }
  }

  @Test("a negative number has been given to nobody, and is behind all")
  func negative() {
    let state = AudienceState(historyCount: 1, limits: AudienceLimits())
    let missed = state.missed(since: .number(-1), topics: [], through: 0)
    #expect(missed.isGap)
  }
}
