import Testing

@testable import Rehearsal

@Suite("A voter's answer")
struct AnswerTests {
  private static let whole =
    "HTTP/1.1 200 OK\r\nSet-Cookie: ballot=x\r\ncontent-length:  14\r\n\r\n{\"vote\":\"yes\"}"

  @Test("is whole once the last byte has come, and not before")
  func prefixes() throws {
    let bytes = Array(Self.whole.utf8)
    for count in 0..<bytes.count { #expect(try Answer(Array(bytes[..<count])) == nil) }
    let answer = try #require(try Answer(bytes))
    #expect(answer.status == 200)
    #expect(String(decoding: answer.body, as: UTF8.self) == #"{"vote":"yes"}"#)
    #expect(answer.isPersistent)
  }

  @Test("says when the connection will not take another request")
  func closing() throws {
    let text = "HTTP/1.1 503 Busy\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    let answer = try #require(try Answer(Array(text.utf8)))
    #expect(answer.status == 503)
    #expect(!answer.isPersistent)
  }

  @Test(
    "that has no length, too large a one, or is no HTTP is none",
    arguments: [
      "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "SSH-2.0-OpenSSH_9.6 hello\r\n\r\n",
      "\r\n\r\n",
    ])
  func malformed(text: String) {
    #expect(throws: Answer.Fault.malformed) { try Answer(Array(text.utf8)) }
  }
}
