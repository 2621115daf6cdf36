import HTTPServer
import Voting

/// Cards with codes, made at the desk while the server has the ledger.
extension Desk {
  /// At a time, so that the answer fits in memory; `codes` on the command line makes more.
  static let maxCodesPerAnswer = 1_000

  /// The page with the form that makes them.
  func showCodes(_ request: Request, _ response: Response) async throws {
    try gate.admit(request)
    let words = pages.languages.words(for: request, response)
    response.send(pages.codes(state, in: words), as: .html)
  }

  /// Issues `count` more, and answers with their cards, to be printed, or with `list=true` the codes
  /// alone. With `replace=true`, those of before are void. Without `count`, or with `again=true`, it
  /// issues none: the cards again, from the one of number `from` on.
  func issueCodes(_ request: Request, _ response: Response) async throws {
    _ = try gate.admitChange(request)
    let fields = try DeskFields(request)
    // The form's other button leaves what was typed where it is.
    let printsAgain = try fields.truth("again") ?? false
    let count = printsAgain ? nil : try fields.number("count")
    let version = try fields.number("version")
    if let count, count > Self.maxCodesPerAnswer { throw HTTPError.tooManyCodesAtOnce }
    var first = 0
    if let count {
      let replaces = try fields.truth("replace") ?? false
      do throws(StepError) {
        let standing = try await ballotBox.perform(
          .codes(count: count, replaces: replaces), version: version)
        first = standing.room.codes.count - count
      } catch {
        throw DeskRefusal(error)
      }
    } else if let from = try fields.number("from") {
      first = max(0, from - 1)
    }
    let last = first + (count ?? Self.maxCodesPerAnswer)
    let codes = ballotBox.codes(first..<last)
    if codes.isEmpty { throw HTTPError.noCodes }
    response.fields.set(Self.sheetFields)
    if try fields.truth("list") == true {
      let list = codes.map { "\($0.grouped)\n" }.joined()
      return response.send(list, as: .text)
    }
    let address = surroundings.joining.url(chosen: ballotBox.snapshot.room.address)
    response.send(
      await pages.sheet.html(codes, at: address, in: pages.languages.room), as: .html)
  }

  /// The sheet has its own style in it, and nothing else may happen there.
  private static let sheetFields: Fields = [
    "Content-Security-Policy":
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
  ]
}

extension HTTPError {
  fileprivate static let tooManyCodesAtOnce = HTTPError(
    .badRequest,
    "Issue at most \(Desk.maxCodesPerAnswer) codes at a time here; codes on the command line makes more.",
    code: "too-many-at-once", details: ["max": "\(Desk.maxCodesPerAnswer)"])

  fileprivate static let noCodes = HTTPError(
    .badRequest, "There are no such codes yet; say how many to issue.", code: "no-codes")
}
