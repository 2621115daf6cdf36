import Templates
import Voting

/// The fingerprint of a round that is closed, in short, and how many ballots its list has: for the big
/// screen, where the hall compares it.
///
/// `Public/fingerprint.js` makes the same, in the same words, of the event `round`.
struct FingerprintWords {
  /// A sentence each.
  private let parts: [(name: String, text: String)]

  /// - Parameter words: in the reader's language.
  init(_ disclosed: DisclosedRound?, in words: Words) {
    let fingerprint = disclosed?.fingerprint.map {
      ("fingerprint", words.text(.fingerprint, ["fingerprint": Self.short($0)]))
    }
    let list = disclosed?.listed.map { ("list", words.text(.listed, ["count": $0.grouped])) }
    parts = [fingerprint, fingerprint == nil ? nil : list].compactMap(\.self)
  }

  /// The first eight digits, which a hall can compare by eye.
  private static func short(_ fingerprint: String) -> String {
    "\u{2066}\(fingerprint.prefix(4)) \(fingerprint.dropFirst(4).prefix(4))\u{2069}"
  }

  /// Escaped; empty before the round is closed.
  var html: String {
    let bytes = parts.flatMap { Self.part.render(["class": $0.name, "text": $0.text]) }
    return String(decoding: bytes, as: UTF8.self)
  }

  // It has no mistake: it is made with the first page, in every test of one.
  private static let part = try! Template(
    Array(#"<span class="{{class}}">{{text}}</span>"#.utf8), file: "", names: ["class", "text"])
}
