import HTTPServer
import Voting

/// What a post to `/desk/<step>` asks for.
struct DeskRequest {
  let step: Step
  /// Of the state that it was decided on; a script may leave it out.
  let version: Int?

  /// - Parameters:
  ///   - name: of the step.
  ///   - room: as it is, for what an edit leaves as it was.
  ///   - defaults: for what a question leaves out.
  /// - Throws: `HTTPError` 400 for a value that makes no sense, 404 for a step that there is not.
  init(
    _ name: String, _ fields: DeskFields, room: Room, defaults: QuestionDefaults
  ) throws(HTTPError) {
    version = try fields.number("version")
    step = try Self.step(name, fields, room, defaults)
  }

  /// The steps, as scripts call them.
  private enum Name: String, CaseIterable {
    case ask, open, close, reveal, hide, again, next, undo, edit, countdown, peek, stage, say, show
    case prepare, address, numbers, chair, confirmLoss
  }

  private static func step(
    _ name: String, _ fields: DeskFields, _ room: Room, _ defaults: QuestionDefaults
  ) throws(HTTPError) -> Step {
    switch Name(rawValue: name) {
    case .ask: return try ask(fields, defaults)
    case .open: return .open
    case .close: return .close
    case .reveal: return .reveal(round: try fields.number("round"))
    case .hide: return .hide
    case .again: return .again
    case .next: return .next
    case .undo: return .undo
    case .edit: return .edit(try edit(fields, room))
    case .countdown: return .countdown(try countdown(fields))
    case .peek: return .peek(round: try fields.number("round"))
    case .stage: return .stage(try required(try fields.choice("screen", of: Stage.self), "screen"))
    case .say: return .say(try say(fields))
    case .show: return .show(round: try fields.number("round"))
    case .prepare: return .prepare(try prepare(fields, defaults))
    case .address: return .address(try address(fields))
    case .numbers: return .numbers(try numbers(fields))
    case .chair: return .chair(casts: try casts(fields))
    case .confirmLoss: return .confirmLoss
    case nil:
      let all = Name.allCases.map(\.rawValue).joined(separator: ", ")
      throw HTTPError(
        .notFound, "There is no step of this name; there are \(all), pair and revoke.",
        code: "no-such-step")
    }
  }

  private static func required<Value>(
    _ value: Value?, _ name: String
  ) throws(HTTPError) -> Value {
    guard let value else {
      throw .badDeskField("Say '\(name)'.", ["reason": "text-empty"])
    }
    return value
  }

  // MARK: Questions

  private static func ask(
    _ fields: DeskFields, _ defaults: QuestionDefaults
  ) throws(HTTPError) -> Step {
    let preset = try fields.choice("preset", of: Preset.self) ?? defaults.preset
    let text = try required(try fields.displayText("question"), "question")
    var question = defaults.question(text, preset)
    if let label = try fields.displayText("yes") { question.yesLabel = label }
    if let label = try fields.displayText("no") { question.noLabel = label }
    if try fields.text("abstain") != nil {
      question.abstainLabel = try fields.displayText("abstain")
    }
    if let rule = try fields.choice("rule", of: Rule.self) { question.rule = rule }
    question.chairDecides = try fields.truth("chair") ?? false
    if try fields.truth("rollCall") == true { question = defaults.rollCall(question) }
    if question.hasLabelsAlike { throw .labelsAlike }
    return .ask(
      question, isHidden: try fields.truth("hidden") ?? preset.isHidden,
      isDraft: try fields.truth("draft") ?? false, preset: question.isRollCall ? nil : preset)
  }

  private static func edit(_ fields: DeskFields, _ room: Room) throws(HTTPError) -> Step.Edit {
    var edit = Step.Edit(
      text: try fields.displayText("question"), yesLabel: try fields.displayText("yes"),
      noLabel: try fields.displayText("no"))
    if try fields.text("abstain") != nil {
      edit.abstainLabel = try fields.displayText("abstain").map { .label($0) } ?? .some(.none)
    }
    edit.rule = try fields.choice("rule", of: Rule.self)
    edit.chairDecides = try fields.truth("chair")
    if let question = room.draft?.question ?? room.round?.question {
      if edit.applied(to: question).hasLabelsAlike { throw .labelsAlike }
    }
    return edit
  }

  private static func prepare(
    _ fields: DeskFields, _ defaults: QuestionDefaults
  ) throws(HTTPError) -> [Question] {
    let text = try required(try fields.text("questions"), "questions")
    do throws(PreparedList.Mistake) {
      return try PreparedList(text, defaults).questions
    } catch {
      throw .badDeskField("\(error)", error.details)
    }
  }

  // MARK: The rest

  /// How long it may be is for the room to say.
  private static func countdown(_ fields: DeskFields) throws(HTTPError) -> Step.Countdown {
    switch (try fields.number("seconds"), try fields.number("add")) {
    case (0, nil): return .cancel
    case (let seconds?, nil): return .start(seconds: seconds)
    case (nil, let seconds?): return .extend(seconds: seconds)
    default: throw .badDeskField("Say either 'seconds' or 'add'.")
    }
  }

  /// A field that is there and empty takes its number away.
  private static func numbers(_ fields: DeskFields) throws(HTTPError) -> Step.NumbersEdit {
    var edit = Step.NumbersEdit()
    if try fields.text("present") != nil { edit.present = .some(try fields.number("present")) }
    if try fields.text("entitled") != nil { edit.entitled = .some(try fields.number("entitled")) }
    for choice in Choice.allCases {
      let name = "\(choice)ByHand"
      if try fields.text(name) != nil { edit.byHand[choice] = .some(try fields.number(name)) }
    }
    if edit == Step.NumbersEdit() {
      throw .badDeskField(
        "Say 'present', 'entitled', 'yesByHand', 'noByHand' or 'abstainByHand'.")
    }
    return edit
  }

  private static func casts(_ fields: DeskFields) throws(HTTPError) -> Choice {
    switch try fields.given("casts") {
    case "yes": return .yes
    case "no": return .no
    default: throw .badDeskField("Say 'casts': yes or no.")
    }
  }

  private static func say(_ fields: DeskFields) throws(HTTPError) -> String {
    let isThere = try fields.text("text") != nil
    guard isThere else { throw .badDeskField("Say 'text'; an empty one shows nothing.") }
    return try fields.displayText("text") ?? ""
  }

  /// An empty one is the program's choice again.
  private static func address(_ fields: DeskFields) throws(HTTPError) -> String? {
    guard let text = try required(try fields.text("url"), "url").nonEmpty else { return nil }
    guard text.utf8.count <= DisplayText.maxBytes, let url = PublicURL(text) else {
      throw .badDeskField(
        "'url' must be http:// or https:// with a host, and perhaps a port and a path.",
        ["reason": "bad-address"])
    }
    return "\(url)"
  }
}

extension String {
  fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}

extension HTTPError {
  fileprivate static let labelsAlike = HTTPError(
    .badRequest, "Two of the labels look the same; give each choice its own.", code: "bad-step",
    details: ["reason": "labels-alike"])
}
