import Testing

@testable import HTTPServer

@Suite("Request parser")
struct RequestParserTests {
  @Test(
    "a valid request is understood however it arrives",
    arguments: try WireFixture.all(in: "valid"))
  func valid(_ fixture: WireFixture) {
    let wire = fixture.wire
    let expected = ParsingOutcome.head(fixture.expectation, byteCount: wire.count)
    #expect(ParsingOutcome(ofWhole: wire) == expected)
    #expect(ParsingOutcome(ofEachByte: wire) == expected)
    for split in wire.indices {
      #expect(ParsingOutcome(of: wire, arrivingUpTo: [split, wire.count]) == expected)
    }
  }

  @Test(
    "a valid request is no request before its last byte",
    arguments: try WireFixture.all(in: "valid"))
  func truncated(_ fixture: WireFixture) {
    for end in fixture.wire.indices {
      #expect(ParsingOutcome(ofWhole: Array(fixture.wire[..<end])) == .incomplete)
    }
  }

  @Test("what follows a request is left alone", arguments: try WireFixture.all(in: "valid"))
  func followed(_ fixture: WireFixture) {
    let expected = ParsingOutcome.head(fixture.expectation, byteCount: fixture.wire.count)
    #expect(ParsingOutcome(ofWhole: fixture.wire + Array("GET / HT".utf8)) == expected)
    #expect(ParsingOutcome(ofWhole: fixture.wire + [0, 10, 13, 0xFF]) == expected)
  }

  @Test(
    "an invalid request is refused in the same words however it arrives",
    arguments: try WireFixture.all(in: "invalid"))
  func invalid(_ fixture: WireFixture) throws {
    let wire = fixture.wire
    let expected = ParsingOutcome(ofWhole: wire)
    #expect(expected.status.map { "\($0)\n" } == fixture.expectation)
    #expect(ParsingOutcome(ofEachByte: wire) == expected)
    for split in wire.indices {
      #expect(ParsingOutcome(of: wire, arrivingUpTo: [split, wire.count]) == expected)
      let truncated = ParsingOutcome(ofWhole: Array(wire[..<split]))
      #expect(truncated == .incomplete || truncated == expected)
    }
  }

  @Test("requests in one buffer are parsed one after the other")
  func pipelined() throws {
    let wire = Array("GET /a HTTP/1.1\r\nHost: a\r\nX: 1\r\n\r\nHEAD /b HTTP/1.0\r\n\r\n".utf8)
    var parser = RequestParser(limits: RequestLimits(Limits()))
    let first = try #require(try parser.parse(wire.span))
    let rest = Array(wire[first.byteCount...])
    let second = try #require(try parser.parse(rest.span))
    #expect(first.head.target == "/a" && first.head.fields["X"] == "1")
    #expect(second.head.target == "/b" && second.head.fields.isEmpty)
    #expect(first.byteCount + second.byteCount == wire.count)
  }

  @Test("a browser that tries https is told the scheme to use")
  func hello() {
    let outcome = ParsingOutcome(ofWhole: [0x16, 0x03, 0x01])
    let message = "This port speaks plain HTTP; use http://"
    #expect(outcome == .refused(status: 400, message: message))
  }
}

@Suite("Request parser limits")
struct RequestParserLimitsTests {
  private static let limits: Limits = {
    var limits = Limits()
    limits.maxRequestLineBytes = 24
    limits.maxFieldsBytes = 40
    limits.maxFields = 3
    limits.maxBodyBytes = 9
    return limits
  }()

  @Test(
    "every limit is met exactly and passed by one",
    arguments: [
      ("GET /34567890 HTTP/1.1\r\nHost: a\r\n\r\n", nil),
      ("GET /3456789012 HTTP/1.1\r\nHost: a\r\n\r\n", nil),
      ("GET /34567890123 HTTP/1.1\r\nHost: a\r\n\r\n", 414),
      ("GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 26))\r\n\r\n", nil),
      ("GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 27))\r\n\r\n", 431),
      ("GET / HTTP/1.1\r\nHost: a\r\nX:\r\nX:\r\n\r\n", nil),
      ("GET / HTTP/1.1\r\nHost: a\r\nX:\r\nX:\r\nX:\r\n\r\n", 431),
      ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n", nil),
      ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n", 413),
    ] as [(String, Int?)])
  func boundary(_ text: String, _ status: Int?) {
    let wire = Array(text.utf8)
    let outcome = ParsingOutcome(ofWhole: wire, limits: Self.limits)
    #expect(outcome.status == status && outcome != .incomplete)
    #expect(ParsingOutcome(ofEachByte: wire, limits: Self.limits) == outcome)
  }

  @Test(
    "a limit is enforced before its line is complete",
    arguments: [
      (String(repeating: "G", count: 24), nil),
      (String(repeating: "G", count: 25), 414),
      ("GET / HTTP/1.1\r\n" + String(repeating: "x", count: 40), nil),
      ("GET / HTTP/1.1\r\n" + String(repeating: "x", count: 41), 431),
    ] as [(String, Int?)])
  func endless(_ text: String, _ status: Int?) {
    #expect(ParsingOutcome(ofWhole: Array(text.utf8), limits: Self.limits).status == status)
    #expect(ParsingOutcome(ofEachByte: Array(text.utf8), limits: Self.limits).status == status)
  }

  @Test("the limits as shipped take a long address and refuse a longer one")
  func shipped() {
    let long = "GET /" + String(repeating: "a", count: 9 * 1024)
    #expect(ParsingOutcome(ofWhole: Array(long.utf8)).status == 414)
    let fields = String(repeating: "X: y\r\n", count: 101)
    #expect(ParsingOutcome(ofWhole: Array("GET / HTTP/1.1\r\n\(fields)".utf8)).status == 431)
  }
}

@Suite("Finding control bytes")
struct ControlByteTests {
  @Test("the first control byte but a tab is found at every place among every kind of byte")
  func everywhere() {
    for neighbour: UInt8 in [0x09, 0x20, 0x41, 0x7E, 0x80, 0xFF] {
      for control: UInt8 in [0x00, 0x0A, 0x0D, 0x1F, 0x7F] {
        for place in 0..<20 {
          var bytes = [UInt8](repeating: neighbour, count: 20)
          bytes[place] = control
          #expect(bytes.span.firstControl(from: 0) == place)
          #expect(bytes.span.firstControl(from: place) == place)
          #expect(bytes.span.firstControl(from: place + 1) == 20)
        }
      }
    }
  }
}
