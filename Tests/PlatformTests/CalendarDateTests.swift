import Testing

@testable import Platform

@Suite("Calendar dates")
struct CalendarDateTests {
  @Test("the days of 400 years follow each other, and none is left out")
  func days() throws {
    let first = try #require(CalendarDate.secondsSince1970(year: 1800, month: 1, day: 1))
    var expected = (year: 1800, month: 1, day: 1)
    for day in 0..<146_097 {
      let seconds = first + day * 86_400
      let date = CalendarDate(secondsSince1970: seconds + day % 86_400)
      let again = CalendarDate.secondsSince1970(year: date.year, month: date.month, day: date.day)
      guard (date.year, date.month, date.day) == expected, again == seconds,
        date.dayOfWeek == (day + 3) % 7,
        date.hour * 3600 + date.minute * 60 + date.second == day % 86_400
      else {
        Issue.record("\(seconds) is \(date), not \(expected)")
        return
      }
      expected = dayAfter(expected)
    }
    #expect(expected == (2200, 1, 1))
  }

  private func dayAfter(_ date: (year: Int, month: Int, day: Int)) -> (Int, Int, Int) {
    let (year, month, day) = date
    let isLeap = year.isMultiple(of: 400) || year.isMultiple(of: 4) && !year.isMultiple(of: 100)
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    if day < lengths[month - 1] { return (year, month, day + 1) }
    return month < 12 ? (year, month + 1, 1) : (year + 1, 1, 1)
  }

  @Test("a day that its month does not have is none")
  func noSuchDay() {
    for (year, month, day) in [(2026, 6, 31), (2026, 2, 29), (1900, 2, 29), (2026, 1, 0)] {
      #expect(CalendarDate.secondsSince1970(year: year, month: month, day: day) == nil)
    }
    #expect(CalendarDate.secondsSince1970(year: 2000, month: 2, day: 29) == 951_782_400)
    #expect(CalendarDate.secondsSince1970(year: 1969, month: 12, day: 31) == -86_400)
  }

  @Test("a date of the year 0 and of the year 9999 is known to the second")
  func ends() {
    let first = CalendarDate(secondsSince1970: -62_167_219_200)
    #expect((first.year, first.month, first.day, first.hour) == (0, 1, 1, 0))
    #expect(first.dayOfWeek == 6)
    let last = CalendarDate(secondsSince1970: 253_402_300_799)
    #expect((last.year, last.month, last.day) == (9999, 12, 31))
    #expect((last.hour, last.minute, last.second) == (23, 59, 59))
  }
}
