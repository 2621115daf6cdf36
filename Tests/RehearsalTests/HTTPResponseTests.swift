import Testing

@testable import Rehearsal

@Suite("A response")
struct HTTPResponseTests {
  private static let whole =
    "HTTP/1.1 200 OK\r\nSet-Cookie: ballot=x\r\ncontent-length:  14\r\n\r\n{\"vote\":\"yes\"}"

  @Test("a response is whole once the last byte has come, and not before")
  func prefixes() throws {
    let bytes = Array(Self.whole.utf8)
    for count in 0..<bytes.count { #expect(try HTTPResponse(Array(bytes[..<count])) == nil) }
    let response = try #require(try HTTPResponse(bytes))
    #expect(response.status == 200)
    #expect(String(decoding: response.body, as: UTF8.self) == #"{"vote":"yes"}"#)
    #expect(response.isPersistent)
  }

  @Test("a response says when the connection takes no other request")
  func closing() throws {
    let text = "HTTP/1.1 503 Busy\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    let response = try #require(try HTTPResponse(Array(text.utf8)))
    #expect(response.status == 503)
    #expect(!response.isPersistent)
  }

  @Test(
    "a response without a length, with too large a one, or that is not HTTP is malformed",
    arguments: [
      "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "SSH-2.0-OpenSSH_9.6 hello\r\n\r\n",
      "\r\n\r\n",
    ])
  func malformed(text: String) {
    #expect(throws: HTTPResponse.Fault.malformed) { try HTTPResponse(Array(text.utf8)) }
  }
}
