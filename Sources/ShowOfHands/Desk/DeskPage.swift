// The desk in HTML: Views/desk.html, which works by plain forms, and Views/sign-in.html, which asks
// for the key. Public/desk.js makes the page follow `desk/stream`.
//
// What desk.html may use, beside the texts of the round:
//   root       in front of every address: the page is shown below `desk/` too
//   state      all of it as JSON, for the script
//   notice     one sentence about what was just done, or could not be; empty for nothing
//   next       the name of what the big button does, `nextLabel` in words, `nextDisabled`
//   undo       the same of the undo button, `undoLabel`, `undoDisabled`
//   numbers    the step that shows or hides the numbers, `numbersLabel`, `numbersDisabled`
//   openOnly   `disabled` where no round takes votes, for the countdown
//   settled    `disabled` where no words can be edited
//
// The words here are those of the page without its script.

import HTTPServer
import Templates
import Voting

/// The desk's pages, read once at start.
struct DeskPage: Sendable {
  private let deskPage: Template
  private let signInPage: Template

  /// - Parameter folder: where the templates are.
  /// - Throws: `TemplateError` for a file that is missing or has a mistake.
  init(folder: String) throws(TemplateError) {
    deskPage = try Template(contentsOf: "\(folder)/desk.html", names: Self.names)
    signInPage = try Template(contentsOf: "\(folder)/sign-in.html", names: ["root", "notice"])
  }

  private static let names: Set = [
    "root", "state", "notice", "version", "question", "yesLabel", "noLabel", "abstainLabel",
    "phase",
    "number", "hidden", "next", "nextLabel", "nextDisabled", "undo", "undoLabel", "undoDisabled",
    "numbers", "numbersLabel", "numbersDisabled", "openOnly", "settled", "voted", "phones",
    "screens",
    "tally", "stage", "say", "prepared", "addresses", "address", "wifi", "record", "archive",
    "abstainDefault",
  ]

  /// - Parameters:
  ///   - root: leads from the page's address to the top of the site.
  ///   - notice: what was just done, or could not be.
  func desk(
    _ state: DeskState, _ defaults: QuestionDefaults, root: String, notice: String = ""
  ) -> [UInt8] {
    var values = DeskWords(state).values
    values["root"] = root
    values["notice"] = notice
    values["abstainDefault"] = defaults.question("").abstainLabel ?? ""
    return deskPage.render(values)
  }

  /// - Parameter notice: why the last key did not open.
  func signIn(root: String, notice: String = "") -> [UInt8] {
    signInPage.render(["root": root, "notice": notice])
  }
}
