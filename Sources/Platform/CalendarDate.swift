#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A moment of UTC in the Gregorian calendar, also before it was introduced.
package struct CalendarDate: Equatable {
  package let year: Int
  /// From 1.
  package let month: Int
  package let day: Int
  package let hour: Int
  package let minute: Int
  package let second: Int
  /// From Sunday, which is 0.
  package let dayOfWeek: Int

  /// - Parameter seconds: in a year that fits 32 bits; others trap.
  package init(secondsSince1970 seconds: Int) {
    var seconds = time_t(seconds)
    var parts = unsafe tm()
    guard unsafe gmtime_r(&seconds, &parts) != nil else {
      preconditionFailure("no calendar reaches that far")
    }
    (year, month, day) = unsafe (
      Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)
    )
    (hour, minute, second) = unsafe (
      Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec)
    )
    dayOfWeek = unsafe Int(parts.tm_wday)
  }

  /// Midnight of a day; `nil` where the month has no such day.
  package static func secondsSince1970(year: Int, month: Int, day: Int) -> Int? {
    var parts = unsafe tm()
    unsafe parts.tm_year = Int32(year - 1900)
    unsafe parts.tm_mon = Int32(month - 1)
    unsafe parts.tm_mday = Int32(day)
    let seconds = unsafe Int(timegm(&parts))
    // 31 June comes back as 1 July.
    let date = CalendarDate(secondsSince1970: seconds)
    return (date.year, date.month, date.day) == (year, month, day) ? seconds : nil
  }
}
