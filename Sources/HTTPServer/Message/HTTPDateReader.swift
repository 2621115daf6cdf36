import Platform

/// Reads the three forms of a date in a header field (RFC 9110, section 5.6.7).
struct HTTPDateReader {
  private var rest: Substring.UTF8View

  init(_ text: String) { rest = Substring(text).utf8 }

  mutating func read(now: HTTPDate) -> HTTPDate? {
    // The long names first: `Sun` begins `Sunday`.
    if name(in: HTTPDate.longDayNames) != nil { return readObsolete(now: now) }
    guard name(in: HTTPDate.shortDayNames) != nil else { return nil }
    return take(",") ? readCurrent() : readUnix()
  }

  /// IMF-fixdate, behind `Sun,`: ` 06 Nov 1994 08:49:37 GMT`.
  private mutating func readCurrent() -> HTTPDate? {
    guard take(" "), let day = number(digits: 2), take(" "),
      let month = name(in: HTTPDate.monthNames), take(" "), let year = number(digits: 4),
      take(" "),
      let second = timeOfDay(), take(" GMT")
    else { return nil }
    return date(year: year, month: month + 1, day: day, second: second)
  }

  /// The form of RFC 850, behind `Sunday`: `, 06-Nov-94 08:49:37 GMT`.
  private mutating func readObsolete(now: HTTPDate) -> HTTPDate? {
    guard take(", "), let day = number(digits: 2), take("-"),
      let month = name(in: HTTPDate.monthNames), take("-"), let year = number(digits: 2),
      take(" "),
      let second = timeOfDay(), take(" GMT")
    else { return nil }
    let latest = CalendarDate(secondsSince1970: now.secondsSince1970).year + 50
    let century = latest - latest % 100
    let full = century + year <= latest ? century + year : century + year - 100
    return date(year: full, month: month + 1, day: day, second: second)
  }

  /// The form of `asctime`, behind `Sun`: ` Nov  6 08:49:37 1994`.
  private mutating func readUnix() -> HTTPDate? {
    guard take(" "), let month = name(in: HTTPDate.monthNames), take(" "),
      let day = take(" ") ? number(digits: 1) : number(digits: 2), take(" "),
      let second = timeOfDay(), take(" "), let year = number(digits: 4)
    else { return nil }
    return date(year: year, month: month + 1, day: day, second: second)
  }

  private func date(year: Int, month: Int, day: Int, second: Int) -> HTTPDate? {
    guard rest.isEmpty else { return nil }
    guard let midnight = CalendarDate.secondsSince1970(year: year, month: month, day: day)
    else { return nil }
    return HTTPDate(secondsSince1970: midnight + second)
  }

  /// `08:49:37` in seconds. A leap second, `:60`, is the first second of the next minute.
  private mutating func timeOfDay() -> Int? {
    guard let hour = number(digits: 2), hour < 24, take(":"),
      let minute = number(digits: 2), minute < 60, take(":"),
      let second = number(digits: 2), second <= 60
    else { return nil }
    return hour * 3600 + minute * 60 + second
  }

  private mutating func number(digits: Int) -> Int? {
    let text = rest.prefix(digits)
    guard text.count == digits else { return nil }
    var number = 0
    for byte in text {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
      number = number * 10 + Int(byte - UInt8(ascii: "0"))
    }
    rest = rest.dropFirst(digits)
    return number
  }

  /// The place of the name that comes next.
  private mutating func name(in names: [StaticString]) -> Int? {
    names.firstIndex { take($0) }
  }

  private mutating func take(_ literal: StaticString) -> Bool {
    let isNext = literal.withUTF8Buffer { unsafe rest.starts(with: $0) }
    if isNext { rest = rest.dropFirst(literal.utf8CodeUnitCount) }
    return isNext
  }
}
