// The desk in HTML. Views/desk.html works by plain forms, each with the version of the state that it
// shows; Views/sign-in.html asks for the key. With scripts, Public/desk.js follows `desk/stream` and
// posts the same steps. What is seen when is in Public/desk.css, by the body's attributes.
//
// What desk.html may name, beside the texts and labels of the round:
//   root       in front of every address: a step that was refused is answered below `desk/`
//   phase      nothing, draft, open, closed or revealed
//   hidden, counting   `true` or `false`: the numbers are hidden, a countdown runs
//   next, undo what the two buttons do, as in state.json; empty for nothing
//   upcoming   the question that comes next
//   ask…       what a question has where nobody says more
//   typed      the question that was refused, to be typed on (Typed)
//   edit…      the round's words, to be mended
//   quick, talk, formal   what a preset puts into the fields, as JSON
//   options    `open` where a preset was chosen
//   verdict, outcome   what came of the round, or by which rule it passes (OutcomeWords)
//   tie, minutes   `true` or `false`: the chair has to say something, there are minutes
//   missing    the number that the rule goes by and that nobody has entered
//   present … abstainByHand   what was entered; numbersOpen: `open` where it was refused
//   notice     a sentence about what was just done, or could not be; empty for nothing
//   codes      how many codes were issued and used; empty where votes come without
//   offline    that votes cannot be stored at present; empty while they are
//   loss       how many votes are missing, and the button that says that the host knows (DeskLoss)
//   servers    those that share the ledger; empty where one has it alone (DeskServers)
//   addresses, archive, record   the lists behind “More” (DeskLists), at `desk?lists` alone
//   lists      `open` there

import Templates
import Voting

/// The desk's pages, read once at start.
struct DeskPage: Sendable {
  let languages: Languages
  private let deskPage: LocalizedTemplate
  private let signInPage: LocalizedTemplate
  private let codesPage: LocalizedTemplate
  private let lists: DeskLists
  private let numbers = DeskNumbers()
  private let loss: DeskLoss
  private let servers: DeskServers
  /// What is printed here.
  let sheet: CodeSheet

  /// - Parameters:
  ///   - folder: where the templates are.
  ///   - languages: those that the pages are in.
  /// - Throws: `TemplateError` for a file that is missing or has a mistake.
  init(folder: String, languages: Languages) throws(TemplateError) {
    self.languages = languages
    deskPage = try LocalizedTemplate(
      contentsOf: "\(folder)/desk.html", names: Self.names,
      wordsForScripts: ["state", "host", "record"], in: languages)
    signInPage = try LocalizedTemplate(
      contentsOf: "\(folder)/sign-in.html", names: ["root", "notice"],
      wordsForScripts: ["signing"], in: languages)
    codesPage = try LocalizedTemplate(
      contentsOf: "\(folder)/desk-codes.html", names: ["codes", "max", "withoutHint"], in: languages
    )
    loss = try DeskLoss(folder: folder, languages: languages)
    servers = try DeskServers(folder: folder, languages: languages)
    lists = try DeskLists(folder: folder, languages: languages)
    sheet = try CodeSheet(folder: folder, languages: languages)
  }

  private static let names: Set = [
    "root", "outcomeStyle", "version", "phase", "number", "question", "yesLabel", "noLabel",
    "abstainLabel",
    "hidden", "counting", "next", "undo", "upcoming", "voted", "phones", "screens", "yesCount",
    "noCount", "abstainCount", "yesPercent", "noPercent", "stage", "shown", "say", "prepared",
    "address", "askYes", "askNo", "askAbstain", "askShown", "askHidden", "typed", "notice",
    "offline", "loss", "servers", "editQuestion", "editYes", "editNo", "editAbstain",
    "title", "timeLeft", "wifi", "codes", "lists", "addresses", "archive", "record",
    "quick", "talk", "formal", "options", "askPreset", "askRules", "askChair",
    "askRollCall", "editRules",
    "editChair", "editRollCall", "verdict", "outcome", "tie", "minutes", "missing", "present",
    "entitled", "yesByHand", "noByHand", "abstainByHand", "numbersOpen", "withoutRound",
    "withoutNo", "withoutAbstain",
  ]

  /// - Parameters:
  ///   - root: leads from the page's address to the top of the site.
  ///   - notice: what was just done, or could not be.
  ///   - typed: what could not be done.
  ///   - hasLists: with what scripts would load, for a browser without.
  ///   - hasOptions: with the options of the next question open.
  func desk(
    _ state: DeskState, _ defaults: QuestionDefaults, root: String, notice: String = "",
    typed: Typed = Typed(), hasLists: Bool = false, hasOptions: Bool = false, in words: Words
  ) -> [UInt8] {
    var values = Self.values(of: state, words)
    values.merge(numbers.values(of: state, in: words)) { $1 }
    // Where a rule comes later, desk-outcome.js brings it.
    values["outcomeStyle"] =
      values["outcome"]?.isEmpty == false
      ? #"<link rel="stylesheet" href="\#(root)verdict.css">\#n"# : ""
    values.merge(Self.values(of: defaults)) { $1 }
    values["options"] = hasOptions ? "open" : ""
    values.merge(
      hasLists ? lists.values(of: state, root: root, in: words) : DeskLists.none
    ) { $1 }
    values["loss"] = loss.html(state, root: root, in: words)
    values["servers"] = servers.html(state, in: words)
    values["root"] = root
    values["notice"] = notice
    values["typed"] = ""
    values.merge(typed.values) { $1 }
    for form in ["ask", "edit"] {
      values["\(form)Rules"] = numbers.options(values["\(form)Rule"], in: words)
    }
    return deskPage.render(values, in: words)
  }

  /// - Parameter notice: why the last key did not open.
  func signIn(root: String, notice: String = "", in words: Words) -> [UInt8] {
    signInPage.render(["root": root, "notice": notice], in: words)
  }

  /// Where codes are made.
  func codes(_ state: DeskState, in words: Words) -> [UInt8] {
    let values = [
      "codes": Self.text(of: state.codes, words), "max": "\(Desk.maxCodesPerAnswer)",
      "withoutHint": state.room.asksForCodes ? "hidden" : "",
    ]
    return codesPage.render(values, in: words)
  }

  // MARK: Values

  private static func text(of codes: (issued: Int, used: Int)?, _ words: Words) -> String {
    codes.map {
      words.text(.codes, ["issued": $0.issued.grouped, "used": $0.used.grouped])
    } ?? ""
  }

  private static func values(of state: DeskState, _ words: Words) -> [String: String] {
    let (room, round) = (state.room, state.present?.round)
    let question = room.draft?.question ?? round?.question
    let tally = state.tally
    let percentages = Percentages(tally ?? Tally())
    return [
      "version": "\(room.version)",
      "phase": room.draft == nil ? round?.phase.rawValue ?? "nothing" : "draft",
      "number": text(round?.number),
      "title": question.map { "\(words[.deskTitle]) \($0.text)" } ?? words[.deskName],
      "question": question?.text ?? "",
      "yesLabel": question?.yesLabel ?? "",
      "noLabel": question?.label(of: .no) ?? "",
      "abstainLabel": question?.label(of: .abstain) ?? "",
      "editQuestion": question?.text ?? "",
      "editYes": question?.yesLabel ?? "",
      "editNo": question?.noLabel ?? "",
      "editAbstain": question?.abstainLabel ?? "",
      "hidden": "\(room.draft?.isHidden ?? round?.isHidden ?? false)",
      "counting": "\(round?.closesAt != nil)",
      "next": state.next?.rawValue ?? "",
      "undo": state.undo?.rawValue ?? "",
      "upcoming": room.preparedRest.first?.text ?? "",
      "voted": state.voted.grouped,
      "phones": state.presence.phones.grouped,
      "screens": state.presence.screens.grouped,
      "yesCount": tally?.yes.grouped ?? "",
      "noCount": tally?.no.grouped ?? "",
      "abstainCount": tally?.abstain.grouped ?? "",
      "yesPercent": percentages.yes,
      "noPercent": percentages.no,
      "codes": text(of: state.codes, words),
      "stage": room.stage.rawValue,
      "shown": text(room.shownRound),
      "say": room.announcement,
      "prepared": PreparedList.text(of: room.preparedRest),
      "address": state.address,
      "wifi": state.surroundings.joining.wifi.map {
        words.text(.wifi, ["name": $0.name])
      } ?? "",
      "offline": state.isStoring ? "" : words.sentence(of: .notStoring),
      "timeLeft": round?.closesAt.map { timeLeft(milliseconds: $0 - state.now, words) } ?? "",
    ]
  }

  private static func values(of defaults: QuestionDefaults) -> [String: String] {
    let question = defaults.question("")
    let isHidden = defaults.preset.isHidden
    return [
      "askYes": question.yesLabel, "askNo": question.noLabel,
      "askAbstain": question.abstainLabel ?? "",
      "askShown": isHidden ? "" : "checked", "askHidden": isHidden ? "checked" : "",
      "askPreset": defaults.preset.rawValue, "askRule": question.rule.rawValue, "askChair": "",
      "askRollCall": "",
    ].merging(Preset.allCases.map { ($0.rawValue, fields(of: $0, defaults)) }) { $1 }
  }

  /// What the preset puts into the fields of the next question.
  private static func fields(of preset: Preset, _ defaults: QuestionDefaults) -> String {
    let question = defaults.question("", preset)
    let json: OrderedJSON = [
      "hidden": .text("\(preset.isHidden)"), "abstain": .text(question.abstainLabel ?? ""),
      "rule": .text(question.rule.rawValue),
    ]
    return json.string
  }

  /// As `Public/desk-time.js` says it.
  private static func timeLeft(milliseconds: Int, _ words: Words) -> String {
    let time = RoundWords.timeLeft(milliseconds: milliseconds, words)
    return milliseconds > 0 ? words.text(.timeLeft, ["time": time]) : time
  }

  private static func text(_ number: Int?) -> String { number.map { "\($0)" } ?? "" }
}
