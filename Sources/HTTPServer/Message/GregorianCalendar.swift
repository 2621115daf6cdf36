/// The proleptic Gregorian calendar in whole numbers; day 0 is 1 January 1970.
///
/// A year is counted from March here, so that a leap day is its last day. Days 0 to 146,096 make
/// one era of 400 years, after which everything repeats.
enum GregorianCalendar {
  static let secondsPerDay = 86_400
  private static let daysPerEra = 146_097
  /// From 1 March of the year 0 to 1 January 1970.
  private static let daysBefore1970 = 719_468

  static let shortDayNames: [StaticString] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  static let longDayNames: [StaticString] = [
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
  ]
  static let monthNames: [StaticString] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// The day's place in the week, from Sunday.
  static func dayOfWeek(ofDay day: Int) -> Int {
    // Day 0 was a Thursday.
    let shifted = day + 4
    return shifted - shifted.flooredQuotient(by: 7) * 7
  }

  static func date(ofDay day: Int) -> (year: Int, month: Int, day: Int) {
    let sinceMarch = day + daysBefore1970
    let era = sinceMarch.flooredQuotient(by: daysPerEra)
    let dayOfEra = sinceMarch - era * daysPerEra
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    // Five months from March, or from August, have 153 days.
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day)
  }

  static func day(ofYear year: Int, month: Int, day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let era = year.flooredQuotient(by: 400)
    let yearOfEra = year - era * 400
    let monthFromMarch = month > 2 ? month - 3 : month + 9
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * daysPerEra + dayOfEra - daysBefore1970
  }
}

extension Int {
  /// The quotient rounded towards minus infinity, where `/` rounds towards zero.
  func flooredQuotient(by divisor: Int) -> Int {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
