import Testing

@testable import HTTPServer

@Suite("Fields")
struct FieldsTests {
  @Test("names are compared without case, values come out as they were set")
  func caseless() throws {
    var fields = Fields()
    fields.set("Content-Type", "text/HTML; é")
    #expect(fields["content-TYPE"] == "text/HTML; é")
    #expect(fields.contains("CONTENT-TYPE"))
    #expect(fields["Content-Typ"] == nil && fields["Content-Types"] == nil)
  }

  @Test("fields of one name are one list, in order")
  func repeated() throws {
    var fields = Fields()
    fields.add("Accept", "a")
    fields.add("Host", "h")
    fields.add("accept", "b, c")
    #expect(fields["Accept"] == "a, b, c")
    #expect(fields.values(of: "Accept") == ["a", "b, c"])
    #expect(fields.values(of: "Cookie").isEmpty)
    #expect(fields.count == 3)
  }

  @Test("setting a field replaces all of that name, removing it leaves the others")
  func replaced() throws {
    var fields = Fields()
    fields.add("A", "1")
    fields.add("B", "2")
    fields.add("a", "3")
    fields.set("A", "4")
    #expect(fields.values(of: "A") == ["4"])
    fields.set("B", "5")
    fields.remove("A")
    fields.remove("C")
    #expect(fields.count == 1 && fields["B"] == "5")
  }

  @Test(
    "a text that would start another field is no field value",
    arguments: ["a\r\nSet-Cookie: x", "\n", "\r", "a\u{0}"])
  func injection(_ value: String) {
    #expect(throws: FieldValueError.self) { try FieldValue(value) }
  }

  @Test("a list has its tokens in any case, over several fields, and no parts of them")
  func list() throws {
    var fields = Fields()
    fields.add("Connection", "Upgrade ,\tkeep-alive,,")
    fields.add("Connection", "CLOSE")
    for token in ["upgrade", "Keep-Alive", "close"] {
      #expect(fields.list("Connection", has: token))
    }
    for token in ["keep", "alive", "keep-alive,", "closed"] {
      #expect(!fields.list("Connection", has: token))
    }
    #expect(!fields.list("TE", has: "close"))
  }

  @Test("bytes that are not UTF-8 do not stop the others from being read")
  func notUTF8() {
    let fields = Fields(
      bytes: [UInt8(ascii: "X"), 0xFF, UInt8(ascii: "y")],
      entries: [Fields.Entry(name: 0..<1, value: 1..<3)])
    #expect(fields["X"] == "\u{FFFD}y")
  }

  @Test(
    "a field is found among any others, however its name is written, and after it is gone it is not"
  )
  func lookUps() {
    // So many that some have the same mark.
    let names = (0..<200).map { "X-\($0 % 7)-Name\($0)" }
    for some in [names[..<3], names[50..<70], names[...]] {
      var fields = Fields()
      for name in some { fields.add(FieldName(name)!, FieldValue(unchecked: name)) }
      let parsed = Fields(bytes: fields.bytes, entries: fields.entries)
      for name in names {
        for spelling in [name, name.lowercased(), name.uppercased()] {
          let expected = some.contains(name) ? name : nil
          #expect(fields[FieldName(spelling)!] == expected)
          #expect(parsed[FieldName(spelling)!] == expected)
          #expect(fields.contains(FieldName(spelling)!) == (expected != nil))
          #expect(fields.values(of: FieldName(spelling)!) == (expected.map { [$0] } ?? []))
        }
      }
      for name in some { fields.remove(FieldName(name.uppercased())!) }
      #expect(names.allSatisfy { fields[FieldName($0)!] == nil })
    }
  }

  @Test("a field name is a token", arguments: ["", "a b", "a:", "é", "a\r", "(a)", "a\u{0}"])
  func illegalName(_ text: String) {
    #expect(FieldName(text) == nil)
  }

  @Test("every token byte is one, and no other byte")
  func tokens() {
    let marks = Array("!#$%&'*+-.^_`|~".utf8)
    for byte in UInt8.min...UInt8.max {
      let scalar = Character(UnicodeScalar(byte))
      let isAlphanumeric = scalar.isASCII && (scalar.isLetter || scalar.isNumber)
      #expect(byte.isTokenByte == (isAlphanumeric || marks.contains(byte)))
    }
  }

  @Test("a field name that is no token, written in the program, stops it")
  func illegalLiteral() async {
    await #expect(processExitsWith: .failure) { _ = Fields()["no token"] }
  }
}
