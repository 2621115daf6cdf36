import Testing

@testable import HTTPServer

@Suite("Dates in fields")
struct HTTPDateTests {
  private static let example = HTTPDate(secondsSince1970: 784_111_777)

  @Test(
    "a date is written as IMF-fixdate",
    arguments: [
      (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
      (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
      (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
      (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
      (951_868_799, "Tue, 29 Feb 2000 23:59:59 GMT"),
      (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
      (Int.min, "Sat, 01 Jan 0000 00:00:00 GMT"),
      (Int.max, "Fri, 31 Dec 9999 23:59:59 GMT"),
    ])
  func writes(seconds: Int, text: String) {
    let date = HTTPDate(secondsSince1970: seconds)
    #expect(date.text == text)
    #expect(HTTPDate(parsing: text) == date)
  }

  @Test("a date appends 29 bytes behind what is there")
  func appends() {
    var bytes: [UInt8] = Array("Date: ".utf8)
    Self.example.append(to: &bytes)
    #expect(bytes.count == 6 + 29)
    #expect(String(decoding: bytes, as: UTF8.self) == "Date: Sun, 06 Nov 1994 08:49:37 GMT")
  }

  @Test("dates of every weekday, month and century are read back as they were written")
  func roundTrips() {
    for seconds in stride(from: -62_167_219_200, through: 253_402_300_799, by: 97_531_357) {
      let date = HTTPDate(secondsSince1970: seconds)
      #expect(HTTPDate(parsing: date.text, now: date) == date)
    }
  }

  @Test(
    "all three forms of a date are read",
    arguments: [
      "Sun, 06 Nov 1994 08:49:37 GMT",
      "Sunday, 06-Nov-94 08:49:37 GMT",
      "Sun Nov  6 08:49:37 1994",
    ])
  func reads(text: String) {
    #expect(HTTPDate(parsing: text) == Self.example)
  }

  @Test("a day of two digits is read in the form of asctime")
  func readsUnixDay() {
    #expect(HTTPDate(parsing: "Wed Nov 16 08:49:37 1994")?.text == "Wed, 16 Nov 1994 08:49:37 GMT")
  }

  @Test(
    "a year of two digits is the nearest that is at most 50 years ahead",
    arguments: [("76", "2076"), ("77", "1977"), ("26", "2026"), ("00", "2000"), ("99", "1999")])
  func readsShortYear(digits: String, year: String) throws {
    let now = try #require(HTTPDate(parsing: "Sat, 21 Nov 2026 00:00:00 GMT"))
    let date = HTTPDate(parsing: "Friday, 01-Jan-\(digits) 00:00:00 GMT", now: now)
    #expect(date?.text.contains("01 Jan \(year)") == true)
  }

  @Test("a leap second is the next minute's first")
  func readsLeapSecond() {
    let date = HTTPDate(parsing: "Sat, 31 Dec 2016 23:59:60 GMT")
    #expect(date?.text == "Sun, 01 Jan 2017 00:00:00 GMT")
  }

  @Test(
    "anything else is no date",
    arguments: [
      "", "now", "0", "Sun", "Sun,", "Sunday", "Sun, 06 Nov 1994", "784111777",
      "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
      "sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 UTC",
      "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 GMT ",
      " Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT",
      "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:37 GMT",
      "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
      "Sun, 31 Nov 1994 08:49:37 GMT", "Wed, 29 Feb 2023 00:00:00 GMT",
      "Thu, 29 Feb 1900 00:00:00 GMT", "Sunday, 06-Nov-1994 08:49:37 GMT",
      "Sun Nov 6 08:49:37 1994", "Sun Nov  6 08:49:37 1994 GMT",
      "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
      "Sun, +6 Nov 1994 08:49:37 GMT", "Sun, ٠٦ Nov 1994 08:49:37 GMT",
    ])
  func refuses(text: String) {
    #expect(HTTPDate(parsing: text) == nil)
  }
}
