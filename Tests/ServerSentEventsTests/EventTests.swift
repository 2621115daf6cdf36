import ServerSentEvents
import TestSupport
import Testing

@Suite("An event")
struct EventTests {
  private func wire(_ event: Event) -> String { String(decoding: event.bytes, as: UTF8.self) }

  @Test(
    "an event is these bytes",
    arguments: [
      ("", "data: \n\n"),
      ("\n", "data: \ndata: \n\n"),
      ("a\r\nb", "data: a\ndata: b\n\n"),
      ("a\rb", "data: a\ndata: b\n\n"),
      ("a\nb", "data: a\ndata: b\n\n"),
      ("a\n", "data: a\ndata: \n\n"),
      ("\r\r\n\n", "data: \ndata: \ndata: \ndata: \n\n"),
      (" lead", "data:  lead\n\n"),
      (":x", "data: :x\n\n"),
      ("\0", "data: \0\n\n"),
      ("🕊️ été", "data: 🕊️ été\n\n"),
      ("\u{FEFF}mark", "data: \u{FEFF}mark\n\n"),
      ("id: 7\nevent: x", "data: id: 7\ndata: event: x\n\n"),
    ])
  func bytes(data: String, expected: String) throws {
    #expect(wire(try Event(data)) == expected)
  }

  @Test("an event says its name and its id before its data")
  func nameAndID() throws {
    #expect(
      wire(try Event("x", name: "round", id: "a-1")) == "event: round\nid: a-1\ndata: x\n\n")
    #expect(wire(try Event("x", id: "")) == "id: \ndata: x\n\n")
  }

  @Test(
    "an event arrives as it was sent, its line ends as LF",
    arguments: [
      "", "\n", "\n\n", "a\r\nb", "a\rb", "a\r\n\rb\r", "a\n", " lead", "  two", ":x", "\0", "a\0b",
      "🕊️", "\u{FEFF}", "data: x\n\nevent: y", "\u{2028}\u{85}",
    ])
  func roundTrip(data: String) throws {
    var parser = EventStreamParser()
    let stream = Event.commentLine + (try Event(data, name: " a:b ", id: " é ").bytes)
    // One byte at a time, so that no line end depends on what it came with.
    let events = stream.flatMap { parser.feed([$0]) }
    let lines = data.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
    #expect(events == [ReceivedEvent(lines, name: " a:b ", id: " é ")])
    #expect(parser.lastEventID == " é ")
  }

  @Test("an event may be a megabyte long")
  func megabyte() throws {
    let data = String(repeating: "0123456789abcde\n", count: 65_536)
    var parser = EventStreamParser()
    let events = parser.feed(try Event(data).bytes)
    #expect(events.count == 1)
    // Not in the expectation: a failure would print it.
    let isSame = events.first?.data == data
    #expect(isSame)
  }

  @Test(
    "an event with a line end or a NUL in its name or its id is refused",
    arguments: ["\n", "\r", "\r\n", "\0", "a\nb", "a\rdata: x", "x\n", "\0x"])
  func refused(text: String) throws {
    #expect(throws: EventError.name) { try Event("x", name: text) }
    #expect(throws: EventError.id) { try Event("x", id: text) }
  }

  @Test("JSON has no line end that only some clients know, and reads as before")
  func jsonLineEnds() throws {
    let event = try Event(json: ["é\u{85}\u{2028}": "\u{2029}\u{2027}"])
    #expect(event.data == "{\"é\\u0085\\u2028\":\"\\u2029\u{2027}\"}")
  }

  @Test("an event of a value is JSON on one line, its keys in alphabetical order")
  func json() throws {
    let event = try Event(json: ["b": "1/2", "a": "x\ny"], name: "pair")
    #expect(event == (try Event(#"{"a":"x\ny","b":"1/2"}"#, name: "pair")))
  }

  @Test(
    "a retry line has whole milliseconds, never less than none",
    arguments: [
      (Duration.seconds(10), 10_000), (.milliseconds(1), 1), (.microseconds(1999), 1),
      (.zero, 0), (.seconds(-1), 0),
    ])
  func retry(time: Duration, milliseconds: Int) {
    var parser = EventStreamParser()
    #expect(parser.feed(Event.retryLine(time)) == [])
    #expect(parser.retryMilliseconds == milliseconds)
    #expect(Event.retryLine(time) == [UInt8]("retry: \(milliseconds)\n".utf8))
  }
}
