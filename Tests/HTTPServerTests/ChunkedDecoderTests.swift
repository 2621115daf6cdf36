import Testing

@testable import HTTPServer

@Suite("Chunked decoder")
struct ChunkedDecoderTests {
  /// What came of a body: its bytes, how many bytes of the wire it took, whether it ended; or the
  /// status that refused it.
  private struct Outcome: Equatable {
    var body = ""
    var consumed = 0
    var isComplete = false
    var status: Int?

    init(of pieces: [String], limits: Limits = Limits()) {
      var decoder = ChunkedDecoder(limits: RequestLimits(limits))
      var bytes: [UInt8] = []
      do throws(HTTPError) {
        for piece in pieces where !isComplete {
          let wire = Array(piece.utf8)
          let (count, ended) = try decoder.decode(wire.span, into: &bytes)
          consumed += count
          isComplete = ended
        }
        body = String(decoding: bytes, as: UTF8.self)
      } catch {
        status = error.status.code
        consumed = 0
      }
    }

    init(body: String, consumed: Int, isComplete: Bool = true) {
      (self.body, self.consumed, self.isComplete) = (body, consumed, isComplete)
    }
  }

  /// Decodes the body whole, in two pieces at every place and byte by byte: all must agree.
  private func outcome(_ wire: String, limits: Limits = Limits()) -> Outcome {
    let whole = Outcome(of: [wire], limits: limits)
    #expect(Outcome(of: wire.unicodeScalars.map { String($0) }, limits: limits) == whole)
    for split in wire.unicodeScalars.indices {
      let pieces = [wire.unicodeScalars[..<split], wire.unicodeScalars[split...]]
      #expect(Outcome(of: pieces.map { String($0) }, limits: limits) == whole)
    }
    return whole
  }

  @Test(
    "chunks become one body",
    arguments: [
      ("0\r\n\r\n", ""),
      ("5\r\nhello\r\n0\r\n\r\n", "hello"),
      ("6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n", "hello world"),
      ("b\r\nhello world\r\n000\r\n\r\n", "hello world"),
      ("B\r\nhello world\r\n0\r\n\r\n", "hello world"),
      ("000000000000005\r\nhello\r\n0\r\n\r\n", "hello"),
      ("4\r\n\r\n0\r\r\n0\r\n\r\n", "\r\n0\r"),
      ("5;a=b;c=\"d;\\\"\"\r\nhello\r\n0;last\r\n\r\n", "hello"),
      ("5;\r\nhello\r\n0; \t\r\n\r\n", "hello"),
      ("5\r\nhello\r\n0\r\nX-Sum: 1f\r\nY:\r\n\r\n", "hello"),
      ("1\r\na\r\n0\r\nContent-Length: 7\r\nHost: evil\r\n\r\n", "a"),
    ])
  func complete(_ wire: String, _ body: String) {
    let end = wire.utf8.count
    #expect(outcome(wire) == Outcome(body: body, consumed: end))
    #expect(outcome(wire + "GET /next HTTP/1.1\r\n") == Outcome(body: body, consumed: end))
  }

  @Test("a body is not complete before its last byte")
  func truncated() {
    let wire = "5;x=y\r\nhello\r\n0\r\nA: b\r\n\r\n"
    for end in wire.unicodeScalars.indices {
      let outcome = Outcome(of: [String(wire.unicodeScalars[..<end])])
      #expect(!outcome.isComplete && outcome.status == nil)
    }
  }

  @Test(
    "a malformed body is refused",
    arguments: [
      // Sizes.
      "\r\n", ";x\r\n", "z\r\n", "-5\r\nhello", "+5\r\nhello", "0x5\r\nhello", "1_0\r\n", " 5\r\n",
      "5 \r\nhello", "5\t\r\nhello", "5 ;x\r\nhello", "5,\r\nhello", "5\u{0}\r\n", "٣\r\n",
      "0000000000000005\r\nhello", "fffffffffffffffff\r\n", "0\r\n0\r\n",
      // Line ends.
      "5\nhello", "5\rhello", "5\r\r\nhello", "5\r\nhello0\r\n", "5\r\nhello\n0\r\n",
      "5\r\nhello\r0\r\n", "5\r\nhello!\r\n", "5\r\nhello\r\n\r\n", "0\n\n", "0\r\n\n", "0\r\n\r\r",
      // Extensions.
      "5;x\nhello", "5;x\ry\r\nhello", "5;x\u{0}\r\nhello", "5;x\u{7F}\r\nhello",
      "5;\"\n\"\r\nhello",
      // Trailer fields.
      "0\r\nx\r\n\r\n", "0\r\n: x\r\n\r\n", "0\r\n x: y\r\n\r\n", "0\r\nx : y\r\n\r\n",
      "0\r\nx: y\n\r\n", "0\r\nx: y\rz\r\n\r\n", "0\r\nx: y\r\n z\r\n\r\n", "0\r\nx: \u{1}\r\n\r\n",
    ])
  func malformed(_ wire: String) {
    #expect(outcome(wire).status == 400)
  }

  @Test(
    "every limit is met exactly and passed by one",
    arguments: [
      ("9\r\n123456789\r\n0\r\n\r\n", nil),
      ("a\r\n", 413),
      ("8\r\n12345678\r\n1\r\n9\r\n0\r\n\r\n", nil),
      ("8\r\n12345678\r\n2\r\n", 413),
      ("fffffffffffffff\r\n", 413),
      ("0\r\nA: 3456\r\nB: 3456\r\n\r\n", nil),
      ("0\r\nA: 3456\r\nB: 34567\r\n\r\n", 431),
      ("0\r\nA:\r\nB:\r\n\r\n", nil),
      ("0\r\nA:\r\nB:\r\nC:\r\n\r\n", 431),
    ] as [(String, Int?)])
  func boundary(_ wire: String, _ status: Int?) {
    var limits = Limits()
    limits.maxBodyBytes = 9
    // With the CRLF of every field, as in a head.
    limits.maxFieldsBytes = 18
    limits.maxFields = 2
    let outcome = outcome(wire, limits: limits)
    #expect(outcome.status == status)
    #expect(outcome.isComplete == (status == nil))
  }

  @Test("the extensions of all chunks share one limit")
  func extensions() {
    let half = ChunkedDecoder.maxExtensionBytes / 2
    let chunk = "1;" + String(repeating: "x", count: half) + "\r\na\r\n"
    #expect(Outcome(of: [chunk, chunk, "0\r\n\r\n"]).isComplete)
    #expect(Outcome(of: [chunk, chunk, "0;x\r\n\r\n"]).status == 400)
  }

  @Test("a body that is complete takes no more bytes")
  func after() throws {
    var decoder = ChunkedDecoder(limits: RequestLimits(Limits()))
    var body: [UInt8] = []
    for (piece, expected) in [("0\r\n\r\n", 5), ("5\r\nhello", 0), ("", 0)] {
      let wire = Array(piece.utf8)
      let (consumed, isComplete) = try decoder.decode(wire.span, into: &body)
      #expect(consumed == expected && isComplete)
    }
    #expect(body.isEmpty)
  }
}
