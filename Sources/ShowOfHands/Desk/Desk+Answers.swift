import HTTPServer
import Voting

/// What scripts and forms are answered.
extension Desk {
  /// The state for a script. A form leads back to the desk, but where the answer tells what nothing
  /// else does, the page is the answer.
  func answer(
    _ standing: Standing, _ request: Request, _ response: Response,
    adding member: (name: String, value: OrderedJSON)? = nil,
    notice: ((Words) -> String)? = nil
  ) throws {
    let state = state(standing)
    if !request.isNavigation {
      let added = member.map { [OrderedJSON.Member(name: $0.name, value: $0.value)] } ?? []
      return response.send(
        state.json.adding(state.peekedMembers).adding(added).bytes, as: .json)
    }
    let tell = notice ?? standing.peeked.map { peeked in { peeked.text(in: $0) } }
    guard let tell else { return try response.redirect(to: "../desk") }
    let words = pages.languages.words(for: request, response)
    let page = pages.desk(
      state, defaults, root: Self.root(of: request), notice: tell(words), in: words)
    response.send(page, as: .html)
  }

  /// Answers what went wrong in the desk's own way.
  func guarded(_ handler: @escaping Handler) -> Handler {
    { request, response in
      response.setDefault(Self.fields)
      do {
        try await handler(request, response)
      } catch let refusal as DeskRefusal {
        try say(refusal, request, response)
      } catch let error as HTTPError {
        guard request.isNavigation, let page = page(for: error, request, response) else {
          throw error
        }
        response.status = error.status
        response.fields.set(error.fields)
        response.send(page, as: .html)
      }
    }
  }

  private func say(_ refusal: DeskRefusal, _ request: Request, _ response: Response) throws {
    response.status = refusal.error.status
    response.fields.set(refusal.error.fields)
    let standing = refusal.standing.map(state)
    if request.isNavigation {
      let words = pages.languages.words(for: request, response)
      let page = pages.desk(
        standing ?? state, defaults, root: Self.root(of: request),
        notice: words.sentence(of: refusal.error), typed: Typed(in: request),
        in: words)
      return response.send(page, as: .html)
    }
    let error: OrderedJSON = [
      "error": .text(refusal.error.message), "code": .text(refusal.error.code),
    ]
    let added = standing.map { [OrderedJSON.Member(name: "state", value: $0.json)] } ?? []
    response.send(error.adding(refusal.error.detailMembers).adding(added).bytes, as: .json)
  }

  /// Whoever is in sees the desk with what was wrong, and whoever is not where the key is asked for;
  /// `nil` for who may see neither.
  private func page(
    for error: HTTPError, _ request: Request, _ response: Response
  ) -> [UInt8]? {
    let root = Self.root(of: request)
    let isIn = error.status == .badRequest && gate.session(of: request) != nil
    guard [400, 401, 429].contains(error.status.code) else { return nil }
    let words = pages.languages.words(for: request, response)
    let notice = words.sentence(of: error)
    if !isIn { return pages.signIn(root: root, notice: notice, in: words) }
    return pages.desk(
      state, defaults, root: root, notice: notice, typed: Typed(in: request),
      in: words)
  }

  /// Leads from the address of the request to the top of the site, wherever a proxy has put that.
  static func root(of request: Request) -> String {
    let depth = request.encodedPath.utf8.count { $0 == UInt8(ascii: "/") } - 1
    return depth > 0 ? String(repeating: "../", count: depth) : "./"
  }
}

extension RoundTally {
  /// What a host reads who has peeked: on record, and on this page alone.
  fileprivate func text(in words: Words) -> String {
    let question = round.question
    let counts = question.choices.map {
      "\u{2068}\(question.label(of: $0) ?? "")\u{2069} \(tally[$0].grouped)"
    }
    return words.text(
      .roundStep, ["round": "\(round.number)", "step": counts.joined(separator: " · ")])
  }
}
