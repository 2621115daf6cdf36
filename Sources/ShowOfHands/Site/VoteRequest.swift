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
    var said = Said()
    try said.add(request.query)
    if !request.body.isEmpty { try said.add(try request.form()) }
    choice = try said.choice
    round = try said.round.map { (text) throws(HTTPError) in
      guard let number = Int(text), number > 0, text == "\(number)" else {
        throw .badVote("Leave the round out, or give its number.")
      }
      return number
    }
    ballot = said.ballot.flatMap(BallotKey.init)
    half = try said.half.map { (text) throws(HTTPError) in
      guard let half = UInt64(sixteenDigits: text) else {
        throw .badVote("Leave the half out, or give it as 16 hexadecimal digits.")
      }
      return half
    }
    code = said.code
  }

  /// Tells the voting page what was counted, where no cookie can.
  var countedQuery: String {
    "counted=\(choice.rawValue)" + (round.map { "&round=\($0)" } ?? "")
  }

  /// What means something here.
  private struct Said {
    private(set) var round, ballot, half, code: String?
    /// `yes`, `no` or `abstain`.
    private var choices = (count: 0, last: Form.Item?.none)

    mutating func add(_ form: Form) throws(HTTPError) {
      for item in form.items {
        switch item.name {
        case "yes", "no", "abstain": choices = (choices.count + 1, item)
        case "round": try Self.set(&round, to: item)
        case "ballot": try Self.set(&ballot, to: item)
        case "half": try Self.set(&half, to: item)
        case "code": try Self.set(&code, to: item)
        default: break
        }
      }
    }

    private static func set(_ value: inout String?, to item: Form.Item) throws(HTTPError) {
      guard value == nil else { throw .badVote("Say '\(item.name)' once, or leave it out.") }
      value = item.value
    }

    /// A 'no' beside a 'yes' may mean the opposite.
    var choice: Choice {
      get throws(HTTPError) {
        switch (choices.count, choices.last?.name, choices.last?.value) {
        case (1, "yes", "true"): return .yes
        case (1, "yes", "false"): return .no
        case (1, "abstain", "true"): return .abstain
        default: throw .badVote("Vote with /vote?yes=true or /vote?yes=false.")
        }
      }
    }
  }
}

extension HTTPError {
  fileprivate static func badVote(_ message: String) -> HTTPError {
    HTTPError(.badRequest, message, code: "bad-vote")
  }
}

extension UInt64 {
  /// Reads what `sixteenDigits` writes, to the letter. By hand, since it is read for every vote, and
  /// reading numbers in general takes as long as all else that a vote says.
  init?(sixteenDigits text: String) {
    guard text.utf8.count == 16 else { return nil }
    self = 0
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): self = self << 4 | UInt64(byte - 0x30)
      case UInt8(ascii: "a")...UInt8(ascii: "f"): self = self << 4 | UInt64(byte - 0x57)
      default: return nil
      }
    }
  }

  /// In hexadecimal, with leading zeros.
  var sixteenDigits: String {
    let digits = String(self, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
