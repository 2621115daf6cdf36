/// What an `Accept-Language` field asks for (RFC 9110, section 12.5.4).
struct LanguageRanges: Equatable {
  /// In the order of preference, in small letters.
  private(set) var wanted: [Substring] = []
  /// With a weight of nothing.
  private(set) var refused: [Substring] = []

  /// More than any browser sends; what comes behind them is not read.
  static let max = 32
  private static let anyLanguage: Substring = "*"

  /// What makes no sense in it is passed over.
  init(_ field: String) {
    var ranges: [(range: Substring, weight: Int)] = []
    for part in field.lowercased().split(separator: ",", maxSplits: Self.max).prefix(Self.max) {
      let pieces = part.split(separator: ";", omittingEmptySubsequences: false)
      let range = pieces[0].trimmingSpaces[...]
      guard Self.isRange(range), let weight = Self.weight(pieces.dropFirst()) else { continue }
      ranges.append((range, weight))
    }
    refused = ranges.filter { $0.weight == 0 }.map(\.range)
    // Of equals, the first: the sort is stable.
    wanted = ranges.filter { $0.weight > 0 }.sorted { $0.weight > $1.weight }.map(\.range)
  }

  /// Letters and digits with hyphens between, or an asterisk (RFC 4647, section 2.1).
  static func isRange(_ text: Substring) -> Bool {
    if text == anyLanguage { return true }
    return text.split(separator: "-", omittingEmptySubsequences: false).allSatisfy { subtag in
      (1...8).contains(subtag.utf8.count)
        && subtag.utf8.allSatisfy { isLetter($0) || isDigit($0) }
    }
  }

  /// In thousandths; `nil` for what is not a weight (RFC 9110, section 12.4.2).
  private static func weight(_ parameters: ArraySlice<Substring>) -> Int? {
    guard let parameter = parameters.first?.trimmingSpaces else { return 1_000 }
    guard parameters.count == 1, parameter.hasPrefix("q=") else { return nil }
    let digits = Array(parameter.dropFirst(2).utf8)
    guard let whole = digits.first, whole == UInt8(ascii: "0") || whole == UInt8(ascii: "1"),
      digits.count == 1 || digits[1] == UInt8(ascii: "."), digits.count <= 5,
      digits.dropFirst(2).allSatisfy(isDigit)
    else { return nil }
    let decimals = digits.dropFirst(2) + Array(repeating: UInt8(ascii: "0"), count: 3)
    let number = ([whole] + decimals.prefix(3)).reduce(0) { $0 * 10 + Int($1 - 0x30) }
    return number <= 1_000 ? number : nil
  }

  /// Looks up the tag that suits best (RFC 4647, section 3.4).
  /// - Parameter tags: in small letters, the one for want of a better first.
  /// - Returns: its place; `nil` where none was asked for.
  func best(of tags: [String]) -> Int? {
    for range in wanted {
      if range == Self.anyLanguage {
        // Any other than those that stand beside it.
        if let index = tags.indices.first(where: { !isNamed(tags[$0]) }) { return index }
        continue
      }
      var range = range
      while true {
        if let index = tags.firstIndex(where: { $0 == range }), !refused.contains(range) {
          return index
        }
        guard let hyphen = range.lastIndex(of: "-") else { break }
        range = range[..<hyphen]
      }
    }
    return nil
  }

  private func isNamed(_ tag: String) -> Bool {
    wanted.contains { $0 == tag } || refused.contains { $0 == tag }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
