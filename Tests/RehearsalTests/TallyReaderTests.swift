import Testing

@testable import Rehearsal

@Suite("A screen's reader")
struct TallyReaderTests {
  private static let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
  private static let stream =
    head
    + chunk(":\nretry: 4000\n")
    + chunk("event: round\ndata: {\"yes\":99,\"no\":99}\n\n")
    + chunk("id: k3-1\ndata: {\"yes\":12,\"no\":7,\"more\":1}\n\n")
    + chunk("event: presence\ndata: {\"connected\":3}\n\n")
    + chunk("data: {\"yes\":1234,\"no\":0}\nid: k3-2\n\n")

  private static func chunk(_ text: String) -> String {
    "\(String(text.utf8.count, radix: 16));ext=1\r\n\(text)\r\n"
  }

  private func read(_ pieces: some Sequence<ArraySlice<UInt8>>) throws -> TallyReader {
    var reader = TallyReader()
    for piece in pieces { try unsafe Array(piece).withUnsafeBytes { try unsafe reader.read($0) } }
    return reader
  }

  private func read(_ text: String) throws -> TallyReader { try read([Array(text.utf8)[...]]) }

  @Test("a reader keeps the newest tally, wherever the stream is cut in two")
  func splits() throws {
    let bytes = Array(Self.stream.utf8)
    for split in 0...bytes.count {
      let reader = try read([bytes[..<split], bytes[split...]])
      #expect(reader.tally == Tally(yes: 1234, no: 0), "cut at \(split)")
      #expect(reader.count == 2)
    }
  }

  @Test("a reader keeps the newest tally byte by byte, too")
  func bytes() throws {
    let bytes = Array(Self.stream.utf8)
    let reader = try read(bytes.indices.map { bytes[$0...$0] })
    #expect(reader.tally == Tally(yes: 1234, no: 0))
  }

  @Test("a reader reads an event that is spread over chunks")
  func spread() throws {
    let text = #"data: {"yes":12,"no":7}"# + "\n\n"
    let reader = try read(Self.head + text.map { Self.chunk(String($0)) }.joined())
    #expect(reader.tally == Tally(yes: 12, no: 7))
  }

  @Test(
    "a reader has no tally before an event is complete, and none from what is no tally",
    arguments: [
      "data: {\"yes\":1,\"no\":2}\n", "data: {\"yes\":1,\"no\":2", "data: {\"no\":1,\"yes\":2}\n\n",
      "data: {\"yes\":1}\n\n", "data: \"yes\":1,\"no\":2}\n\n", "data: {\"yes\":1,\"no\":2 \n\n",
      ": data: {\"yes\":1,\"no\":2}\n\n", "event: e\ndata: {\"yes\":1,\"no\":2}\n\n",
    ])
  func noTally(text: String) throws {
    #expect(try read(Self.head + Self.chunk(text)).tally == nil)
  }

  @Test("a reader says with which status it was refused")
  func refused() {
    #expect(throws: TallyReader.Fault.status(503)) {
      try read("HTTP/1.1 503 Service Unavailable\r\n\r\n")
    }
  }

  @Test("a reader says when the stream has ended")
  func ended() {
    #expect(throws: TallyReader.Fault.ended) { try read(Self.stream + "0\r\n\r\n") }
  }

  @Test("a reader says when the body is in no chunks, or in endless ones")
  func malformed() {
    #expect(throws: TallyReader.Fault.malformed) { try read(Self.head + "data: 1\n\n") }
    #expect(throws: TallyReader.Fault.malformed) { try read(Self.head + "fffffffffffffffff\r\n") }
  }
}
