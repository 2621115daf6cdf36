import Testing

@testable import Valkey

@Suite("What a server answers")
struct ReplyReaderTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let wire: String
    let replies: [Reply]

    init(_ wire: String, _ replies: Reply...) { (self.wire, self.replies) = (wire, replies) }

    var testDescription: String { wire.debugDescription }
  }

  private static let good = [
    Case("+OK\r\n", .status("OK")),
    Case("+\r\n", .status("")),
    Case("-NOSCRIPT No matching script.\r\n", .error("NOSCRIPT No matching script.")),
    Case(":0\r\n:-7\r\n:+7\r\n", .integer(0), .integer(-7), .integer(7)),
    Case(":9223372036854775807\r\n", .integer(.max)),
    Case("$0\r\n\r\n", .bytes([])),
    Case("$4\r\n\r\n\0$\r\n", .bytes(Array("\r\n\0$".utf8))),
    Case("$-1\r\n*-1\r\n", .null, .null),
    Case("*0\r\n", .array([])),
    Case("*2\r\n$1\r\na\r\n:1\r\n", .array([.bytes([0x61]), .integer(1)])),
    Case(
      "*3\r\n*2\r\n*0\r\n$-1\r\n+a\r\n*1\r\n-b\r\n+c\r\n",
      .array([.array([.array([]), .null]), .status("a"), .array([.error("b")])]), .status("c")),
    Case(
      "*1\r\n*1\r\n*1\r\n+x\r\n+y\r\n", .array([.array([.array([.status("x")])])]), .status("y")),
  ]

  private func replies(to pieces: [ArraySlice<UInt8>]) throws(ReplyError) -> [Reply] {
    var reader = ReplyReader()
    var replies: [Reply] = []
    for piece in pieces {
      reader.append(piece)
      while let reply = try reader.next() { replies.append(reply) }
    }
    return replies
  }

  @Test("a reply is read whole, byte by byte, and cut in two anywhere", arguments: good)
  func reads(example: Case) throws {
    let bytes = Array(example.wire.utf8)
    #expect(try replies(to: [bytes[...]]) == example.replies)
    #expect(try replies(to: bytes.indices.map { bytes[$0...$0] }) == example.replies)
    for cut in bytes.indices {
      #expect(try replies(to: [bytes[..<cut], bytes[cut...]]) == example.replies)
    }
  }

  @Test("a reply is none before its end", arguments: good)
  func incomplete(example: Case) throws {
    let bytes = Array(example.wire.utf8)
    for end in bytes.indices {
      var reader = ReplyReader()
      reader.append(bytes[..<end])
      var count = 0
      while try reader.next() != nil { count += 1 }
      #expect(count < example.replies.count)
    }
  }

  @Test(
    "a reply that is nonsense is refused, then and for good",
    arguments: [
      ("\r\n", ReplyError.badLine), ("HTTP/1.1 400 Bad Request\r\n", .unknownKind(0x48)),
      ("%1\r\n", .unknownKind(0x25)), ("+a\n", .badLine), ("+a\rb\r\n", .badLine),
      (":\r\n", .badNumber), (":1a\r\n", .badNumber), (": 1\r\n", .badNumber),
      (":9223372036854775808\r\n", .badNumber), ("$-2\r\n", .badLength(-2)),
      ("$99999999999\r\n", .badLength(99_999_999_999)), ("*-2\r\n", .badLength(-2)),
      ("*1048577\r\n", .badLength(1_048_577)), ("$1\r\nab\r\n", .badLine), ("$\r\n", .badNumber),
      ("$9223372036854775807\r\n", .badLength(.max)),
      (String(repeating: "*1\r\n", count: 9), .tooDeep),
    ])
  func refuses(wire: String, error: ReplyError) throws {
    var reader = ReplyReader()
    reader.append(wire.utf8)
    #expect(throws: error) { while try reader.next() != nil {} }
    reader.append("+OK\r\n".utf8)
    #expect(throws: error) { try reader.next() }
  }

  @Test("a reply whose line goes on and on is refused before its end has come")
  func line() throws {
    var reader = ReplyReader()
    reader.append("+".utf8)
    reader.append([UInt8](repeating: UInt8(ascii: "a"), count: 1 << 16))
    #expect(throws: ReplyError.lineTooLong) { try reader.next() }
  }

  @Test("a reply that is too large as a whole is refused")
  func total() throws {
    var limits = ReplyReader.Limits()
    limits.replyBytes = 64
    var reader = ReplyReader(limits: limits)
    // Each by itself is small enough, and the next reply starts from zero.
    for _ in 0..<9 { reader.append("$20\r\n01234567890123456789\r\n".utf8) }
    for _ in 0..<9 { #expect(try reader.next() != nil) }
    reader.append("*9\r\n".utf8)
    for _ in 0..<9 { reader.append("$20\r\n01234567890123456789\r\n".utf8) }
    #expect(throws: ReplyError.tooLarge) { try reader.next() }
    reader = ReplyReader(limits: limits)
    reader.append("*9\r\n$62\r\n".utf8)
    #expect(throws: ReplyError.tooLarge) { try reader.next() }
  }

  @Test("a reply may be large, and costs no more than its bytes however it is cut")
  func large() throws {
    let count = 50_000
    var wire = Array("*\(count)\r\n".utf8)
    for number in 0..<count { wire += "$5\r\n\(10_000 + number % 80_000)\r\n".utf8 }
    var reader = ReplyReader()
    var reply: Reply?
    for start in stride(from: 0, to: wire.count, by: 1_000) {
      reader.append(wire[start..<min(start + 1_000, wire.count)])
      reply = try reader.next()
    }
    #expect(reply?.items?.count == count && !reader.isInReply)
    #expect(reply?.items?.last?.number == 59_999)
  }
}

@Suite("What a server is asked")
struct CommandTests {
  @Test("a command is written as an array of its words, any bytes")
  func write() {
    var command = Command("SET", "k")
    command.add([0, 13, 10])
    command.add(-7)
    var bytes = Array("+".utf8)
    command.write(to: &bytes)
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == "+*4\r\n$3\r\nSET\r\n$1\r\nk\r\n$3\r\n\0\r\n\r\n$2\r\n-7\r\n")
  }
}
