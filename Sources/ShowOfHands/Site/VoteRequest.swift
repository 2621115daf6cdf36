import HTTPServer
import Voting

/// What a request for `/vote` says, in its address, in a posted form, or in both together.
struct VoteRequest {
  /// `yes=true`, `yes=false`, or `abstain=true`.
  let choice: Choice
  /// `round=N`, from a page that knows which round it shows.
  let round: Int?
  /// `ballot=…`, from a page that was given a key together with its cookie.
  let ballot: BallotKey?
  /// `half=…`, 16 hexadecimal digits that the phone has drawn for the receipt of its ballot.
  let half: UInt64?
  /// `code=…`, as it was typed, where votes come with one.
  let code: String?

  /// - Throws: `HTTPError` 400 for anything else, and for what is said twice: it could mean either.
  init(_ request: borrowing Request) throws(HTTPError) {
    var items = request.query.items
    if !request.body.isEmpty { items += try request.form().items }
    choice = try Self.choice(in: items)
    round = try Self.value(of: "round", in: items).map { (text) throws(HTTPError) in
      guard let number = Int(text), number > 0, text == "\(number)" else {
        throw .badVote("Leave the round out, or give its number.")
      }
      return number
    }
    ballot = try Self.value(of: "ballot", in: items).flatMap(BallotKey.init)
    half = try Self.value(of: "half", in: items).map { (text) throws(HTTPError) in
      guard let half = UInt64(text, radix: 16), text == half.sixteenDigits else {
        throw .badVote("Leave the half out, or give it as 16 hexadecimal digits.")
      }
      return half
    }
    code = try Self.value(of: "code", in: items)
  }

  /// Tells the voting page what was counted, where no cookie can.
  var countedQuery: String {
    "counted=\(choice.rawValue)" + (round.map { "&round=\($0)" } ?? "")
  }

  private typealias Items = [Form.Item]

  private static func choice(in items: Items) throws(HTTPError) -> Choice {
    // A 'no' beside it may mean the opposite.
    let isClear = items.count { ["yes", "no", "abstain"].contains($0.name) } == 1
    if isClear, try value(of: "abstain", in: items) == "true" { return .abstain }
    switch isClear ? try value(of: "yes", in: items) : nil {
    case "true": return .yes
    case "false": return .no
    default: throw .badVote("Vote with /vote?yes=true or /vote?yes=false.")
    }
  }

  private static func value(of name: String, in items: Items) throws(HTTPError) -> String? {
    let values = items.lazy.filter { $0.name == name }.map(\.value)
    guard values.count <= 1 else { throw .badVote("Say '\(name)' once, or leave it out.") }
    return values.first
  }
}

extension HTTPError {
  fileprivate static func badVote(_ message: String) -> HTTPError {
    HTTPError(.badRequest, message, code: "bad-vote")
  }
}

extension UInt64 {
  /// In hexadecimal, with leading zeros.
  var sixteenDigits: String {
    let digits = String(self, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
