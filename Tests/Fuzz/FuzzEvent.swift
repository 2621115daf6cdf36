import ServerSentEvents

@testable import HTTPServer

/// A browser reads what was sent, whatever it was. The first two bytes of the input say how long
/// the name and the id are; the rest is data.
func fuzzEvent(_ input: [UInt8]) {
  guard input.count >= 2 else { return }
  let afterName = input.dropFirst(2).dropFirst(Int(input[0] % 32))
  let name = text(input.dropFirst(2).prefix(Int(input[0] % 32)), isPresent: input[0] < 128)
  let id = text(afterName.prefix(Int(input[1] % 32)), isPresent: input[1] < 128)
  let data = String(decoding: afterName.dropFirst(Int(input[1] % 32)), as: UTF8.self)
  do throws(EventError) {
    let event = try Event(data, name: name, id: id)
    precondition(isOneLine(name) && isOneLine(id))
    check(event, retryMilliseconds: input.count)
  } catch {
    precondition(error == .name ? !isOneLine(name) : isOneLine(name) && !isOneLine(id))
  }
}

private func text(_ bytes: ArraySlice<UInt8>, isPresent: Bool) -> String? {
  isPresent ? String(decoding: bytes, as: UTF8.self) : nil
}

private func isOneLine(_ text: String?) -> Bool {
  guard let text else { return true }
  return !text.utf8.contains { $0 == 0 || $0 == 10 || $0 == 13 }
}

/// Between two others, so that nothing of it runs over, and in chunks, as it is sent.
private func check(_ event: Event, retryMilliseconds: Int) {
  // A number is a legal id.
  let neighbour = try! Event("{}", id: "7")
  let wire = [
    Event.commentLine + Event.retryLine(.milliseconds(retryMilliseconds)), neighbour.bytes,
    event.bytes,
    Event.commentLine, neighbour.bytes,
  ]
  let browser = EventSource(unchunked(wire))
  let plain = EventSource.Message(name: "message", data: "{}", lastEventID: "7")
  let received = EventSource.Message(
    name: event.name.flatMap { $0.isEmpty ? nil : $0 } ?? "message",
    data: withLineFeeds(event.data), lastEventID: event.id ?? "7")
  precondition(browser.messages == [plain, received, plain], "\(browser.messages)")
  // Text is equal in Swift where only its composition differs; bytes are not.
  precondition(Array(browser.messages[1].data.utf8) == Array(received.data.utf8))
  precondition(browser.retry == retryMilliseconds)
}

/// As the standard's own steps for line ends have it.
private func withLineFeeds(_ text: String) -> String {
  var result: [UInt8] = []
  var previous: UInt8 = 0
  for byte in text.utf8 {
    if byte != 10 || previous != 13 { result.append(byte == 13 ? 10 : byte) }
    previous = byte
  }
  return String(decoding: result, as: UTF8.self)
}

private func unchunked(_ pieces: [[UInt8]]) -> [UInt8] {
  let wire = pieces.flatMap(Chunk.framed) + Chunk.last
  var decoder = ChunkedDecoder(limits: RequestLimits(Limits()))
  var body: [UInt8] = []
  // What this server sends, it can read.
  let (count, isComplete) = try! decoder.decode(wire.span, into: &body)
  precondition(isComplete && count == wire.count)
  return body
}
