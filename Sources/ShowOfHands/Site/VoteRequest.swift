import HTTPServer
import Voting

/// What a request for `/vote` says.
struct VoteRequest {
  /// `yes=true` or `yes=false`.
  let answer: Answer
  /// `round=N`, from a page that knows which round it shows.
  let round: Int?

  /// Reads the query, or a posted form.
  /// - Throws: `HTTPError` 400 for anything else, 403 for what nobody meant as a vote.
  init(_ request: borrowing Request) throws(HTTPError) {
    try Self.refuseUnmeant(request)
    var form = request.query
    if request.method == .post, form["yes"] == nil, !request.body.isEmpty {
      form = try request.form()
    }
    answer = try Self.answer(in: form)
    round = try form["round"].map { (text) throws(HTTPError) in
      guard let number = Int(text), number > 0 else {
        throw HTTPError(.badRequest, "Leave the round out, or give its number.")
      }
      return number
    }
  }

  private static func answer(in form: Form) throws(HTTPError) -> Answer {
    // Twice the same name could mean either.
    let isClear = form.items.count { $0.name == "yes" } == 1
    switch isClear ? form["yes"] : nil {
    case "true": return .yes
    case "false": return .no
    default: throw HTTPError(.badRequest, "Vote with /vote?yes=true or /vote?yes=false.")
    }
  }

  /// A browser that fetches ahead, or a page elsewhere that embeds the address, has no voter behind
  /// it (Fetch Metadata, sections 2.1 and 2.2; WHATWG Fetch, section 3.6.1).
  private static func refuseUnmeant(_ request: Request) throws(HTTPError) {
    for name in FieldName.purposes {
      if let purpose = request.fields[name], purpose.lowercased().contains("prefetch") {
        throw HTTPError(.forbidden, "A page loaded ahead of time does not vote; press a button.")
      }
    }
    if request.fields[.fetchSite] == "cross-site" {
      throw HTTPError(.forbidden, "Another site cannot vote for you; open the voting page.")
    }
  }
}

extension Request {
  /// Whether a person is looking at the answer, in a browser's window.
  var isNavigation: Bool {
    if let mode = fields[.fetchMode] { return mode == "navigate" }
    return fields[.accept]?.contains("text/html") ?? false
  }
}

extension FieldName {
  fileprivate static let purposes: [FieldName] = ["Sec-Purpose", "Purpose", "X-Moz"]
  fileprivate static let fetchSite: FieldName = "Sec-Fetch-Site"
  fileprivate static let fetchMode: FieldName = "Sec-Fetch-Mode"
}
