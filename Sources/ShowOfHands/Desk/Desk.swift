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
  let surroundings: DeskSurroundings

  /// Of a step: a question and its labels, percent-encoded.
  private static let maxStepBytes = 16 * 1024
  /// Of the prepared list. Others cannot send so much to any address.
  private static let maxListBytes = 64 * 1024

  /// Keeps the desk out of frames, where another site could lay something over it.
  static let fields: Fields = ["X-Frame-Options": "DENY"]

  /// - Parameters:
  ///   - stream: started by this.
  ///   - surroundings: who is connected, and how one gets here.
  init(
    _ options: Options, for ballotBox: BallotBox, stream: DeskStream, pages: DeskPage,
    clock: LoopClock = .system, surroundings: DeskSurroundings
  ) {
    self.ballotBox = ballotBox
    self.stream = stream
    self.pages = pages
    self.surroundings = surroundings
    defaults = options.questionDefaults(in: pages.languages.room)
    pairings = Pairings(clock: clock)
    gate = DeskGate(
      for: ballotBox, fixedKey: options.presenterKey, reach: options.desk,
      publicURL: options.publicURL, wrongKeys: WrongKeys(clock: clock))
    // The box tells the stream of its changes: the stream must not keep the box.
    stream.start { [weak ballotBox] in
      ballotBox.map { DeskState($0.standing, in: surroundings) }
    }
  }

  func register(in app: inout Application) {
    app.get("/desk", guarded(show))
    app.get("/desk/state.json", guarded(sendState))
    app.get("/desk/stream", guarded(openStream))
    app.post("/desk/session", guarded(openSession))
    app.post("/desk/pair", guarded(pair))
    app.post("/desk/revoke", guarded(revoke))
    app.get("/desk/codes", guarded(showCodes))
    app.post("/desk/codes", guarded(issueCodes))
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

  func state(_ standing: Standing) -> DeskState { DeskState(standing, in: surroundings) }

  // MARK: Looking

  private func show(_ request: Request, _ response: Response) async throws {
    try gate.checkPlace(request)
    let wasJustOpened = request.query[Self.openedMark] != nil
    if let session = gate.session(of: request) {
      try gate.renew(session, on: response)
      // Later, without the session, the mark would say what is not so.
      if wasJustOpened { return try response.redirect(to: "desk") }
    } else if try !gate.bearsKey(request) {
      guard request.isNavigation else { throw HTTPError.keyWanted }
      let words = pages.languages.words(for: request, response)
      let notice = wasJustOpened ? words[.cookieRefused] : ""
      let page = pages.signIn(root: Self.root(of: request), notice: notice, in: words)
      return response.send(page, as: .html)
    }
    let preset = request.query["preset"].flatMap(Preset.init)
    var defaults = defaults
    if let preset { defaults.preset = preset }
    let page = pages.desk(
      state, defaults, root: Self.root(of: request), hasLists: request.query["lists"] != nil,
      hasOptions: preset != nil, in: pages.languages.words(for: request, response))
    response.send(page, as: .html)
  }

  /// What a form that has brought the right key is sent to the desk with: who comes without the
  /// session then did not keep its cookie.
  static let openedMark = "opened"

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
    try answer(standing, request, response, notice: Self.remark(on: asked.step, standing))
  }

  /// What was done otherwise than asked.
  private static func remark(on step: Step, _ standing: Standing) -> ((Words) -> String)? {
    guard case .countdown(.extend) = step, standing.record.last?.kind == .countdownFilled else {
      return nil
    }
    return { $0.text(of: .countdownFilled) }
  }
}
