import HTTPServer
import Voting

/// What a request for `/vote` says.
enum VoteRequest {
  /// The answer in `?yes=true` or `?yes=false`, or in a posted form.
  /// - Throws: `HTTPError` 400 for anything else, 403 for what nobody meant as a vote.
  static func answer(in request: Request) throws(HTTPError) -> Answer {
    try refuseUnmeant(request)
    var form = request.query
    if request.method == .post, form["yes"] == nil, !request.body.isEmpty {
      form = try request.form()
    }
    // Twice the same name could mean either.
    guard form.values(of: "yes").count == 1, let value = form["yes"] else {
      throw HTTPError(.badRequest, "Vote with /vote?yes=true or /vote?yes=false.")
    }
    switch value {
    case "true": return .yes
    case "false": return .no
    default: throw HTTPError(.badRequest, "Vote with /vote?yes=true or /vote?yes=false.")
    }
  }

  /// A browser that fetches ahead, or a page elsewhere that embeds the address, has no voter behind
  /// it (Fetch Metadata, sections 2.1 and 2.2; WHATWG Fetch, section 3.6.1).
  private static func refuseUnmeant(_ request: Request) throws(HTTPError) {
    for name: FieldName in ["Sec-Purpose", "Purpose", "X-Moz"] {
      if let purpose = request.fields[name], purpose.lowercased().contains("prefetch") {
        throw HTTPError(.forbidden, "A page loaded ahead of time does not vote; press a button.")
      }
    }
    if request.fields["Sec-Fetch-Site"] == "cross-site" {
      throw HTTPError(.forbidden, "Another site cannot vote for you; open the voting page.")
    }
  }
}

extension Request {
  /// Whether a person is looking at the answer, in a browser's window.
  var isNavigation: Bool {
    if let mode = fields["Sec-Fetch-Mode"] { return mode == "navigate" }
    return fields["Accept"]?.contains("text/html") ?? false
  }
}
