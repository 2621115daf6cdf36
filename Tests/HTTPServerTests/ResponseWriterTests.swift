import EventLoop
import Testing

@testable import HTTPServer

@Suite("Response writer")
struct ResponseWriterTests {
  private let clock = ManualClock()

  /// The response as it is sent, without its date, and what is to follow it.
  private func write(
    _ response: Response, keepsAlive: Bool = true
  ) -> (text: String, rest: ArraySlice<UInt8>) {
    var writer = ResponseWriter()
    let rest = writer.write(response, keepsAlive: keepsAlive, at: clock.now)
    let lines = String(decoding: writer.bytes, as: UTF8.self).split(
      separator: "\r\n", omittingEmptySubsequences: false)
    return (lines.filter { !$0.hasPrefix("Date: ") }.joined(separator: "\r\n"), rest)
  }

  private func response(
    isHead: Bool = false, version: Version = .http11, _ status: Status = .ok, body: String = "hi"
  ) -> Response {
    let response = Response(isHead: isHead, version: version, default: [:])
    response.status = status
    response.send(body)
    return response
  }

  @Test("a small body leaves with its head, in one piece")
  func smallBody() {
    let (text, rest) = write(response())
    #expect(
      text == "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n"
        + "Content-Length: 2\r\n\r\nhi")
    #expect(rest.isEmpty)
  }

  @Test("of a large body the start leaves with the head, and the rest is not copied")
  func largeBody() throws {
    let body = [UInt8](repeating: 7, count: 100_000)
    for isShared in [true, false] {
      let response = Response()
      if isShared {
        response.send(shared: body[...], as: .bytes)
      } else {
        response.send(body, as: .bytes)
      }
      var writer = ResponseWriter()
      let rest = writer.write(response, keepsAlive: true, at: clock.now)
      #expect(rest.count == body.count - 16 * 1024)
      #expect(response.sharesBody == isShared)
      let isSame = unsafe body.withUnsafeBufferPointer { whole in
        unsafe rest.withUnsafeBufferPointer {
          unsafe $0.baseAddress == whole.baseAddress! + 16 * 1024
        }
      }
      #expect(isSame)
    }
  }

  @Test("HEAD is told the length of a body that is not sent")
  func head() {
    let (text, rest) = write(response(isHead: true, body: String(repeating: "x", count: 100_000)))
    #expect(text.hasSuffix("Content-Length: 100000\r\n\r\n"))
    #expect(rest.isEmpty)
  }

  @Test("a status that has no body says no length", arguments: [204, 304])
  func bodiless(code: Int) {
    let (text, rest) = write(response(Status(code, "Nothing")))
    #expect(text == "HTTP/1.1 \(code) Nothing\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n")
    #expect(rest.isEmpty)
  }

  @Test("the end of the connection is said to both versions, its staying to the older alone")
  func connectionField() {
    #expect(!write(response()).text.contains("Connection:"))
    #expect(write(response(), keepsAlive: false).text.contains("\r\nConnection: close\r\n"))
    let old = response(version: .http10)
    #expect(write(old).text.contains("\r\nConnection: keep-alive\r\n"))
    #expect(write(old, keepsAlive: false).text.contains("\r\nConnection: close\r\n"))
  }

  @Test("an open body is framed in chunks, or by the end of its connection")
  func openBody() {
    var writer = ResponseWriter()
    for (framing, line) in [
      (ResponseWriter.Framing.chunked, "Transfer-Encoding: chunked\r\n"), (.untilClose, ""),
    ] {
      writer.writeHead(of: response(), framing: framing, keepsAlive: true, at: clock.now)
      let text = String(decoding: writer.bytes, as: UTF8.self)
      #expect(text.hasSuffix("charset=utf-8\r\n\(line)\r\n"))
      #expect(!text.contains("Content-Length"))
    }
  }

  @Test("what a handler says of the framing is left out")
  func framingFields() {
    let response = response()
    response.set("content-length", "1").set("Transfer-Encoding", "chunked").set("A", "b")
    #expect(
      write(response).text == "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n"
        + "A: b\r\nContent-Length: 2\r\n\r\nhi")
  }
}
