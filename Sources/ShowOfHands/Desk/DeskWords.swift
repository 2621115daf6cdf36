import HTTPServer
import Voting

/// The state of a desk in words, for the page that works without its script.
struct DeskWords {
  private let state: DeskState

  init(_ state: DeskState) { self.state = state }

  private var room: Room { state.room }
  private var question: Question? { room.draft?.question ?? state.present?.round.question }

  /// By their names in desk.html.
  var values: [String: String] {
    question.values.merging(buttons) { $1 }.merging([
      "state": state.json.string,
      "version": "\(room.version)",
      "phase": room.draft == nil ? state.present?.round.phase.rawValue ?? "waiting" : "draft",
      "number": state.present.map { "\($0.round.number)" } ?? "",
      "hidden": isHidden ? "hidden" : "shown",
      "voted": state.voted.grouped,
      "phones": state.surroundings.phones.grouped,
      "screens": state.surroundings.screens.grouped,
      "tally": tally,
      "stage": room.stage.rawValue,
      "say": room.announcement,
      "prepared": PreparedList.text(of: room.preparedRest),
      "addresses": state.surroundings.addresses.map { "\($0.url) (\($0.note))\n" }.joined(),
      "address": state.address ?? "",
      "wifi": state.surroundings.wifi ?? "",
      "record": state.standing.record.reversed().map(Self.line).joined(),
      "archive": state.archive.reversed().map(line).joined(),
    ]) { $1 }
  }

  private var isHidden: Bool { room.draft?.isHidden ?? state.present?.round.isHidden ?? false }

  // MARK: Buttons

  private var buttons: [String: String] {
    let isOpen = state.present?.round.isOpen == true
    return [
      "next": state.next?.rawValue ?? "",
      "nextLabel": nextLabel,
      "nextDisabled": Self.disabled(unless: state.next != nil),
      "undo": state.undo?.rawValue ?? "",
      "undoLabel": undoLabel,
      "undoDisabled": Self.disabled(unless: state.undo != nil),
      "numbers": isHidden ? "reveal" : "hide",
      "numbersLabel": isHidden ? "Show the numbers" : "Hide the numbers",
      "numbersDisabled": Self.disabled(unless: state.present != nil),
      "openOnly": Self.disabled(unless: isOpen),
      "settled": Self.disabled(unless: isOpen || room.draft != nil),
    ]
  }

  private var nextLabel: String {
    switch state.next {
    case .open: "Open voting"
    case .close: "Close voting"
    case .reveal: "Reveal the result"
    case .draft: "Next: " + (room.preparedRest.first?.text ?? "")
    case nil: "Type the next question"
    }
  }

  private var undoLabel: String {
    switch state.undo {
    case .withdraw: "Undo: put it back on the list"
    case .draft: "Undo: not open yet"
    case .reopen: "Undo: reopen voting"
    case .hide: "Undo: hide the result again"
    case nil: "Undo"
    }
  }

  private static func disabled(unless isThere: Bool) -> String { isThere ? "" : "disabled" }

  // MARK: Lines

  private var tally: String {
    guard let question, let tally = state.tally else { return "" }
    return Self.line(of: tally, question)
  }

  private static func line(of tally: Tally, _ question: Question) -> String {
    question.choices.map { "\(question.label(of: $0) ?? ""): \(tally[$0].grouped)" }
      .joined(separator: ", ")
  }

  private func line(_ archived: DisclosedRound) -> String {
    let round = archived.round
    let numbers = (archived.tally ?? state.peekedTally(archived)).map {
      Self.line(of: $0, round.question)
    }
    return "\(round.number). \(round.question.text) – voted: \(archived.voted.grouped)"
      + (numbers.map { ", \($0)" } ?? ", hidden") + "\n"
  }

  private static func line(_ entry: RecordEntry) -> String {
    let round = entry.round.map { ", round \($0)" } ?? ""
    return "\(RoundResult.time(entry.seconds)) \(entry.kind.rawValue)\(round)\n"
  }
}

extension Question? {
  fileprivate var values: [String: String] {
    [
      "question": self?.text ?? "", "yesLabel": self?.yesLabel ?? "",
      "noLabel": self?.noLabel ?? "", "abstainLabel": self?.abstainLabel ?? "",
    ]
  }
}
