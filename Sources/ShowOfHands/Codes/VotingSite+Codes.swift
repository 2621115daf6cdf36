import HTTPServer
import Voting

/// How a phone comes to its codes: by the address on a card, and by typing.
extension VotingSite {
  /// A card's address is `C/CODE`: in capitals all of it fits the alphabet of the smallest QR codes.
  func codeRoutes(_ app: inout Application) {
    for name in ["C", "c"] {
      app.get("/\(name)/:code", openCard)
      app.get("/\(name)") { _, response in try response.redirect(to: "./") }
      app.post("/\(name)", takeCode)
    }
  }

  /// Gives the phone the code in the address. A link elsewhere may be somebody's who would like to see
  /// others vote by that code: there a person confirms it first.
  private func openCard(_ request: Request, _ response: Response) throws {
    // Where votes come without codes, the card leads to the question.
    guard ballots == .codes else { return try response.redirect(to: "../") }
    let typed = request.parameters["code"] ?? ""
    if origins.foreign(request) != nil, request.isNavigation {
      let shown = VotingCode(typed).map { "?code=\($0)" } ?? ""
      return try response.redirect(to: "../\(shown)")
    }
    if case .refused(let error) = origins.judge(request) { throw error }
    joining.note(visit: request)
    try keep(typed, of: request, response)
    try response.redirect(to: "../")
  }

  /// A code that was typed: alone, or where the phone has one, as another.
  private func takeCode(_ request: Request, _ response: Response) async throws {
    guard ballots == .codes else { return try response.redirect(to: "./") }
    if case .refused(let error) = origins.judge(request) { throw error }
    let form = try request.form()
    let typed = form["another"] ?? form["code"] ?? ""
    do {
      try keep(typed, of: request, response)
    } catch let error as HTTPError {
      guard request.isNavigation else { throw error }
      response.status = error.status
      response.fields.set(error.fields)
      return try await showVotingPage(request, response, typed: typed, problem: error)
    }
    try response.redirect(to: "./")
  }

  private func keep(_ typed: String, of request: Request, _ response: Response) throws {
    let held = codes.held(by: request)
    let code = try codes.code(typed, from: request, held: held)
    if request.method == .head { return }
    guard try codes.keep(code, held: held, on: response) else { throw HTTPError.tooManyCards }
  }
}
