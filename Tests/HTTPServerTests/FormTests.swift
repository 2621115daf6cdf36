import Testing

@testable import HTTPServer

@Suite("Form")
struct FormTests {
  @Test(
    "names and values are decoded and keep their order",
    arguments: [
      ("", []),
      ("&&", []),
      ("yes=true", ["yes", "true"]),
      ("yes=true&yes=false", ["yes", "true", "yes", "false"]),
      ("yes", ["yes", ""]),
      ("=x&=", ["", "x", "", ""]),
      ("a=b=c", ["a", "b=c"]),
      ("a+b=c+%2B", ["a b", "c +"]),
      ("q=%C3%A9%26%3D", ["q", "é&="]),
      ("a=%&b=%4&c=%zz&d=%%41", ["a", "%", "b", "%4", "c", "%zz", "d", "%A"]),
      ("a=%FF&b=%00", ["a", "\u{FFFD}", "b", "\u{0}"]),
      ("a?b=c", ["a?b", "c"]),
    ])
  func decoded(_ text: String, _ expected: [String]) {
    #expect(Form(text).items.flatMap { [$0.name, $0.value] } == expected)
  }

  @Test("a name is looked up to the letter, and its first value wins")
  func lookUp() {
    let form = Form("a=1&A=2&a=3")
    #expect(form["a"] == "1" && form["A"] == "2" && form["b"] == nil)
    #expect(form.values(of: "a") == ["1", "3"] && form.values(of: "b").isEmpty)
  }
}

@Suite("Percent-encoding")
struct PercentEncodingTests {
  @Test(
    "strict decoding takes encoded UTF-8 text",
    arguments: [
      ("", ""), ("/a", "/a"), ("%41%7a", "Az"), ("a+b", "a+b"), ("%2F%2f", "//"), ("%25", "%"),
      ("%2541", "%41"), ("%E2%82%AC", "€"), ("é", "é"),
    ])
  func strict(_ sent: String, _ expected: String) {
    #expect(PercentEncoding.decodeStrictly(sent.utf8) == expected)
  }

  @Test(
    "strict decoding refuses what is no such text",
    arguments: [
      "%", "%4", "a%", "%g1", "%1g", "%%41", "%+1", "%00", "a%00b", "%FF", "%C3", "%C0%80",
    ])
  func refused(_ sent: String) {
    #expect(PercentEncoding.decodeStrictly(sent.utf8) == nil)
  }

  @Test("every byte can be encoded, in capital and in small digits")
  func everyByte() {
    for byte in UInt8.min...UInt8.max {
      let digits = (byte < 16 ? "0" : "") + String(byte, radix: 16)
      #expect(PercentEncoding.decode("%\(digits)".utf8) == [byte])
      #expect(PercentEncoding.decode("%\(digits.uppercased())".utf8) == [byte])
    }
  }
}
