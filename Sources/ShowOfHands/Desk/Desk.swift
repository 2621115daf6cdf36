import EventLoop
import HTTPServer
import ServerSentEvents
import Voting

/// The presenter's desk: every address below `/desk`, for the desk's page and for scripts alike.
struct Desk: Sendable {
  let ballotBox: BallotBox
  let gate: DeskGate
  let pairings: Pairings
  let stream: DeskStream
  let pages: DeskPage
  let defaults: QuestionDefaults
  /// Who is connected, and how one gets here.
  let surroundings: @Sendable () -> DeskSurroundings

  /// Of a step: a question and its labels, percent-encoded.
  private static let maxStepBytes = 16 * 1024
  /// Of the prepared list. Others cannot send so much to any address.
  private static let maxListBytes = 64 * 1024

  /// Keeps the desk out of frames, where another site could lay something over it.
  private static let fields: Fields = ["X-Frame-Options": "DENY"]

  /// - Parameters:
  ///   - stream: started by this.
  ///   - surroundings: who is connected, and how one gets here.
  init(
    _ options: Options, for ballotBox: BallotBox, stream: DeskStream, pages: DeskPage,
    clock: LoopClock = .system, surroundings: @escaping @Sendable () -> DeskSurroundings
  ) {
    self.ballotBox = ballotBox
    self.stream = stream
    self.pages = pages
    self.surroundings = surroundings
    defaults = options.questionDefaults
    pairings = Pairings(clock: clock)
    gate = DeskGate(
      for: ballotBox, fixedKey: options.presenterKey, reach: options.desk,
      publicURL: options.publicURL, wrongKeys: WrongKeys(clock: clock))
    // The box tells the stream of its changes: the stream must not keep the box.
    stream.start { [weak ballotBox] in
      ballotBox.map { Self.state($0.standing, surroundings) }
    }
  }

  func register(in app: inout Application) {
    app.get("/desk", guarded(show))
    app.get("/desk/state.json", guarded(sendState))
    app.get("/desk/stream", guarded(openStream))
    app.post("/desk/session", guarded(openSession))
    app.post("/desk/pair", guarded(pair))
    app.post("/desk/revoke", guarded(revoke))
    app.post(
      "/desk/prepare", maxBodyBytes: Self.maxListBytes,
      guarded { request, response in try await step("prepare", request, response) })
    app.post(
      "/desk/:step", maxBodyBytes: Self.maxStepBytes,
      guarded { request, response in
        try await step(request.parameters["step"] ?? "", request, response)
      })
  }

  /// The newest state. Never waits for the disk.
  var state: DeskState { state(ballotBox.standing) }

  private func state(_ standing: Standing) -> DeskState { Self.state(standing, surroundings) }

  private static func state(
    _ standing: Standing, _ surroundings: @Sendable () -> DeskSurroundings
  ) -> DeskState {
    DeskState(
      standing: standing, surroundings: surroundings(), now: BallotBox.millisecondsSince1970())
  }

  // MARK: Looking

  private func show(_ request: Request, _ response: Response) async throws {
    try gate.checkPlace(request)
    if let session = gate.session(of: request) {
      try gate.renew(session, on: response)
    } else if try !gate.bearsKey(request) {
      guard request.isNavigation else { throw HTTPError.keyWanted }
      return response.send(pages.signIn(root: Self.root(of: request)), as: .html)
    }
    response.send(pages.desk(state, defaults, root: Self.root(of: request)), as: .html)
  }

  private func sendState(_ request: Request, _ response: Response) async throws {
    try gate.admit(request)
    response.send(state.json.bytes, as: .json)
  }

  private func openStream(_ request: Request, _ response: Response) async throws {
    let generation = stream.generation
    try gate.admit(request)
    try response.sseSetup()
    try stream.join(response, letInDuring: generation)
  }

  // MARK: Letting in

  private func openSession(_ request: Request, _ response: Response) async throws {
    try gate.openSession(request, pairings: pairings, on: response)
    try answer(ballotBox.standing, request, response)
  }

  /// A phone is let in by an address that works once.
  private func pair(_ request: Request, _ response: Response) async throws {
    _ = try gate.admitChange(request)
    let standing = ballotBox.standing
    guard !gate.isLocal, let address = state(standing).address else {
      throw DeskRefusal(
        error: HTTPError(
          .conflict,
          gate.isLocal
            ? "The desk is kept to this machine; start the server without --desk local."
            : "This machine is in no network that a phone could reach it by.", code: "local"),
        standing: standing)
    }
    let url = "\(address)desk#\(pairings.make())"
    let end = BallotBox.millisecondsSince1970() + Pairings.lifetimeMilliseconds
    try answer(
      standing, request, response,
      adding: ("pair", ["address": .text(url), "expires": .number(end)]),
      notice: "Open this on the phone within two minutes; it works once: \(url)")
  }

  /// Every desk but this one is out.
  private func revoke(_ request: Request, _ response: Response) async throws {
    let session = try gate.admitChange(request)
    let version = try DeskFields(request).number("version")
    if gate.isKeyFixed {
      throw DeskRefusal(
        error: HTTPError(
          .conflict, "The key was given with --presenter-key; start with another one.",
          code: "fixed-key"),
        standing: ballotBox.standing)
    }
    let standing = ballotBox.standing
    if let version, version != standing.room.version {
      throw DeskRefusal(.refused(.stale, standing))
    }
    let key: DeskKey
    do throws(StepError) {
      key = DeskKey(try await ballotBox.replaceDeskKey())
    } catch {
      throw DeskRefusal(error)
    }
    pairings.removeAll()
    await stream.restart()
    if session != nil { try gate.startSession(with: key, on: response) }
    try answer(
      standing, request, response, adding: ("key", .text(key.text)),
      notice: "Every other desk is out. The new key: \(key.text)")
  }

  // MARK: Steps

  private func step(_ name: String, _ request: Request, _ response: Response) async throws {
    _ = try gate.admitChange(request)
    let asked = try DeskRequest(
      name, DeskFields(request), room: ballotBox.snapshot.room, defaults: defaults)
    let standing: Standing
    do throws(StepError) {
      standing = try await ballotBox.perform(asked.step, version: asked.version)
    } catch {
      throw DeskRefusal(error)
    }
    try answer(standing, request, response)
  }

  // MARK: Answers

  /// The state for a script. A form leads back to the desk, but where the answer tells what nothing
  /// else does, the page is the answer.
  private func answer(
    _ standing: Standing, _ request: Request, _ response: Response,
    adding member: (name: String, value: OrderedJSON)? = nil, notice: String? = nil
  ) throws {
    let state = state(standing)
    if !request.isNavigation {
      let added = member.map { [OrderedJSON.Member(name: $0.name, value: $0.value)] } ?? []
      return response.send(
        state.json.adding(state.peekedMembers).adding(added).bytes, as: .json)
    }
    guard let notice = notice ?? standing.peeked?.words else {
      return try response.redirect(to: "../desk")
    }
    response.send(
      pages.desk(state, defaults, root: Self.root(of: request), notice: notice), as: .html)
  }

  /// Answers what went wrong in the desk's own way.
  private func guarded(_ handler: @escaping Handler) -> Handler {
    { request, response in
      response.setDefault(Self.fields)
      do {
        try await handler(request, response)
      } catch let refusal as DeskRefusal {
        try say(refusal, request, response)
      } catch let error as HTTPError {
        guard request.isNavigation, let page = page(for: error, request) else { throw error }
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
      let page = pages.desk(
        standing ?? state, defaults, root: Self.root(of: request), notice: refusal.error.message)
      return response.send(page, as: .html)
    }
    let error: OrderedJSON = [
      "error": .text(refusal.error.message), "code": .text(refusal.error.code),
    ]
    let added = standing.map { [OrderedJSON.Member(name: "state", value: $0.json)] } ?? []
    response.send(error.adding(added).bytes, as: .json)
  }

  /// Whoever is in sees the desk with what was wrong, and whoever is not where the key is asked for;
  /// `nil` for who may see neither.
  private func page(for error: HTTPError, _ request: Request) -> [UInt8]? {
    let root = Self.root(of: request)
    switch error.status.code {
    case 401, 429: return pages.signIn(root: root, notice: error.message)
    case 400 where gate.session(of: request) != nil:
      return pages.desk(state, defaults, root: root, notice: error.message)
    case 400: return pages.signIn(root: root, notice: error.message)
    default: return nil
    }
  }

  /// Leads from the address of the request to the top of the site, wherever a proxy has put that.
  private static func root(of request: Request) -> String {
    let depth = request.encodedPath.utf8.count { $0 == UInt8(ascii: "/") } - 1
    return depth > 0 ? String(repeating: "../", count: depth) : "./"
  }
}

extension RoundTally {
  /// What a host reads who has peeked: on record, and on this page alone.
  fileprivate var words: String {
    let question = round.question
    let counts = question.choices.map { "\(question.label(of: $0) ?? ""): \(tally[$0].grouped)" }
    return "Round \(round.number): \(counts.joined(separator: ", "))"
  }
}
