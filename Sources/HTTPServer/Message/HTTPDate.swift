import Platform

/// A moment to the second, as header fields carry it (RFC 9110, section 5.6.7).
public struct HTTPDate: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Without leap seconds, as POSIX counts; negative before 1970.
  public let secondsSince1970: Int

  /// The seconds of the years 0 to 9999, which four digits can say.
  private static let representableSeconds = -62_167_219_200...253_402_300_799

  /// A moment by its seconds, without leap seconds.
  /// - Parameter seconds: outside the years 0 to 9999, the nearest moment inside is taken.
  public init(secondsSince1970 seconds: Int) {
    secondsSince1970 = min(
      max(seconds, Self.representableSeconds.lowerBound), Self.representableSeconds.upperBound)
  }

  /// The second it is, by the system's clock.
  public static var now: HTTPDate {
    HTTPDate(secondsSince1970: WallClock.secondsSince1970())
  }

  /// Reads the three forms a recipient must know: `Sun, 06 Nov 1994 08:49:37 GMT`,
  /// `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`.
  ///
  /// `nil` for anything else. That the name of the day fits the date is not asked.
  /// - Parameters:
  ///   - text: without blanks around it.
  ///   - now: a year of two digits is at most 50 years after it.
  public init?(parsing text: String, now: HTTPDate = .now) {
    var reader = HTTPDateReader(text)
    guard let date = reader.read(now: now) else { return nil }
    self = date
  }

  /// The date as a server sends it: `Sun, 06 Nov 1994 08:49:37 GMT`.
  public var text: String {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  public var description: String { text }

  public static func < (one: HTTPDate, other: HTTPDate) -> Bool {
    one.secondsSince1970 < other.secondsSince1970
  }

  /// Appends `text`, always 29 bytes, without making a `String`.
  func append(to bytes: inout [UInt8]) {
    let date = CalendarDate(secondsSince1970: secondsSince1970)

    func append(_ literal: StaticString) {
      literal.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    }
    func append(_ number: Int, digits: Int) {
      if digits > 1 { append(number / 10, digits: digits - 1) }
      bytes.append(UInt8(ascii: "0") + UInt8(number % 10))
    }

    append(Self.shortDayNames[date.dayOfWeek])
    append(", ")
    append(date.day, digits: 2)
    append(" ")
    append(Self.monthNames[date.month - 1])
    append(" ")
    append(date.year, digits: 4)
    append(" ")
    append(date.hour, digits: 2)
    append(":")
    append(date.minute, digits: 2)
    append(":")
    append(date.second, digits: 2)
    append(" GMT")
  }

  static let shortDayNames: [StaticString] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  static let longDayNames: [StaticString] = [
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
  ]
  static let monthNames: [StaticString] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}
