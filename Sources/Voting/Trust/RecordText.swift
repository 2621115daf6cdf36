import Platform

/// What a fingerprint is made of: all that was asked, done and counted in a round, as a plain text of
/// `name: value` lines in a fixed order. `Trust.md` documents it.
struct RecordText {
  /// Of the ledger, for everybody to know.
  var ledger: UInt64
  var round: Round
  var tally: Tally
  /// Of this round, oldest first.
  var steps: [RecordEntry]
  /// The hash of the published list; `nil` where ballots have no receipts.
  var listHash: String?
  /// The fingerprint of the round before.
  var previous: String?
  /// The fingerprint that this one takes the place of.
  var replaces: String?
  /// Without it, who knows all the rest would find a hidden result by trying.
  var nonce: UInt128

  var text: String {
    let (question, numbers) = (round.question, round.numbers)
    var lines = Lines()
    lines.add("show-of-hands record", "1")
    lines.add("ledger", hex(ledger))
    lines.add("round", "\(round.number)")
    lines.add("question", question.text)
    for choice in question.choices { lines.add("\(choice)", question.label(of: choice) ?? "") }
    lines.add("rule", question.rule.rawValue)
    lines.add("chair decides", word(question.chairDecides))
    if question.isRollCall { lines.add("roll call", "yes") }
    lines.add("present", numbers.present)
    lines.add("entitled", numbers.entitled)
    lines.add("codes issued", round.codesIssued)
    lines.add("hidden", word(round.isHiddenAsAsked))
    for step in steps { lines.add("step", "\(Self.time(step.seconds)) \(step.kind.rawValue)") }
    for choice in question.choices { lines.add("votes \(choice)", tally[choice]) }
    for choice in question.choices { lines.add("by hand \(choice)", numbers.byHand?[choice]) }
    lines.add("chair's word", round.chairsWord?.rawValue ?? "")
    lines.add("receipts", listHash == nil ? 0 : tally.total)
    lines.add("receipts sha256", listHash ?? "")
    lines.add("previous", previous ?? "")
    lines.add("replaces", replaces ?? "")
    lines.add("nonce", hex(nonce))
    return lines.text
  }

  private func word(_ isSo: Bool) -> String { isSo ? "yes" : "no" }

  private struct Lines {
    var text = ""

    mutating func add(_ name: String, _ value: String) {
      text += "\(name): "
      for character in value.unicodeScalars {
        switch character {
        case "\\": text += "\\\\"
        case "\n": text += "\\n"
        case "\r": text += "\\r"
        default: text.unicodeScalars.append(character)
        }
      }
      text += "\n"
    }

    mutating func add(_ name: String, _ value: Int?) { add(name, value.map(String.init) ?? "") }
  }

  /// In UTC, as ISO 8601 has it.
  static func time(_ seconds: Int) -> String {
    let date = CalendarDate(secondsSince1970: seconds)
    func digits(_ number: Int, _ count: Int = 2) -> String {
      let text = "\(number)"
      return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    return "\(digits(date.year, 4))-\(digits(date.month))-\(digits(date.day))"
      + "T\(digits(date.hour)):\(digits(date.minute)):\(digits(date.second))Z"
  }

  // MARK: Reading one

  /// The value of the first line with this name, as it stands there.
  static func value(of name: String, in text: String) -> String? {
    let line = text.split(separator: "\n").first { $0.hasPrefix("\(name): ") }
    return line.map { String($0.dropFirst(name.count + 2)) }
  }

  /// How many lines of the record it has.
  static func stepCount(in text: String) -> Int {
    text.split(separator: "\n").count { $0.hasPrefix("step: ") }
  }
}

/// With all its zeros, in small letters.
func hex(_ number: some FixedWidthInteger & UnsignedInteger) -> String {
  let digits = String(number, radix: 16)
  return String(repeating: "0", count: type(of: number).bitWidth / 4 - digits.count) + digits
}
