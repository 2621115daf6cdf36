import Testing

@testable import HTTPServer

@Suite("Heads that cannot be parsed")
struct UnparsedHeadTests {
  private func unparsed(_ text: String) -> UnparsedHead {
    UnparsedHead(Array(text.utf8).span, limits: RequestLimits(Limits()))
  }

  @Test("of bytes that may be anything the method, the target and the fields are told")
  func tells() {
    let unparsed = unparsed(
      "\r\nHEAD /a%20b?c HTTP/9.9\r\nAccept:text/html \r\nno field\r\nA B: c\r\nX:\u{0}\r\nCoo")
    #expect(unparsed.method == .head && unparsed.target == "/a%20b?c")
    let head = RequestHead(unparsed)
    #expect(head.method == .head)
    #expect(head.target == "/a%20b?c" && head.path == "/a b")
    #expect(head.fields["Accept"] == "text/html")
    #expect(head.fields.count == 1)
    #expect(!head.keepsAlive)
  }

  @Test(
    "what cannot be told is unknown, and a GET of the root",
    arguments: [
      "", "\r\n", "HEAD", "hello", "GET", "FOO nowhere", "\u{16}\u{3}\u{1}", " / ", "a /\u{1}",
    ])
  func tellsNothing(text: String) {
    let unparsed = unparsed(text)
    #expect(unparsed.method == nil)
    #expect(unparsed.target == nil || text == " / ")
    let head = RequestHead(unparsed)
    #expect(head.method == .get)
    #expect(head.target == "/" && head.path == "/")
    #expect(head.fields.isEmpty)
  }

  @Test("a path that is not encoded text is the root's, and its address stays as it was sent")
  func undecodable() {
    let head = RequestHead(unparsed("GET /a/%FF/b HTTP/1.1\r\n"))
    #expect(head.path == "/" && head.target == "/a/%FF/b")
  }

  @Test("no beginning of any fixture does harm", arguments: ["valid", "invalid"])
  func anyBytes(folder: String) throws {
    for fixture in try WireFixture.all(in: folder) {
      for count in 0...fixture.wire.count {
        let bytes = fixture.wire.span.extracting(first: count)
        let head = RequestHead(UnparsedHead(bytes, limits: RequestLimits(Limits())))
        #expect(head.target.utf8.first == UInt8(ascii: "/"))
        #expect(head.fields.count <= Limits().maxFields)
      }
    }
  }
}
