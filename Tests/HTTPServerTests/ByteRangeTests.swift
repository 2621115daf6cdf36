import Testing

@testable import HTTPServer

@Suite("Byte ranges")
struct ByteRangeTests {
  @Test(
    "one range of bytes is the part it names, cut at the end",
    arguments: [
      ("bytes=0-0", 0..<1), ("bytes=0-499", 0..<500), ("bytes=500-999", 500..<1000),
      ("bytes=999-999", 999..<1000), ("bytes=500-", 500..<1000), ("bytes=0-", 0..<1000),
      ("bytes=990-2000", 990..<1000), ("bytes=0-18446744073709551616", 0..<1000),
      ("bytes=-1", 999..<1000), ("bytes=-1000", 0..<1000), ("bytes=-5000", 0..<1000),
      ("bytes=-99999999999999999999999", 0..<1000),
      ("BYTES=0-0", 0..<1), ("bytes= 0-0 ", 0..<1), ("bytes=007-7", 7..<8),
    ])
  func part(value: String, range: Range<Int>) {
    #expect(ByteRange(value, size: 1000) == .part(range))
  }

  @Test(
    "a range of bytes behind the end cannot be satisfied",
    arguments: [
      "bytes=1000-", "bytes=1000-1000", "bytes=-0", "bytes=-000",
      "bytes=99999999999999999999-", "bytes=99999999999999999999-99999999999999999999",
    ])
  func unsatisfiable(value: String) {
    #expect(ByteRange(value, size: 1000) == .unsatisfiable)
  }

  @Test(
    "what is no range of bytes asks for the whole",
    arguments: [
      "", "bytes", "bytes=", "bytes=-", "bytes=--1", "bytes=1", "bytes=a-b", "bytes=0-b",
      "bytes=5-4", "bytes=0-0,2-2", "bytes=0-0,", "bytes=,0-0", "bytes=0 - 0", "bytes=+0-1",
      "bytes=0-0-0", "bytes=0x0-1", "bytes:0-1", "lines=0-1", " bytes=0-1", "bytes =0-1",
      "bytes=0-0, bytes=1-1", "bytes=٠-١",
    ])
  func whole(value: String) {
    #expect(ByteRange(value, size: 1000) == .whole)
  }

  @Test(
    "an empty body has no parts, and every range is ignored",
    arguments: ["bytes=0-", "bytes=0-0", "bytes=-1", "bytes=-0"])
  func empty(value: String) {
    #expect(ByteRange(value, size: 0) == .whole)
  }
}
