import Templates
import Voting

/// What the desk says where a shared ledger has lost votes, until the host confirms it. With scripts,
/// `Public/desk-loss.js` does.
struct DeskLoss: Sendable {
  private let template: LocalizedTemplate

  /// - Parameters:
  ///   - folder: where the template is.
  ///   - languages: those that the page is in.
  /// - Throws: `TemplateError` for a file that is missing or has a mistake.
  init(folder: String, languages: Languages) throws(TemplateError) {
    template = try LocalizedTemplate(
      contentsOf: "\(folder)/desk-loss.html", names: ["root", "missing", "hint"], in: languages)
  }

  /// - Returns: nothing where none is missing.
  func html(_ state: DeskState, root: String, in words: Words) -> String {
    guard let count = state.room.missingVotes else { return "" }
    var values = ["root": root]
    if count > 0 {
      let isEveryPress = state.surroundings.ballots == .many
      values["missing"] = words.text(.lossMissing, ["count": count.grouped])
      values["hint"] = words[isEveryPress ? .lossMany : .lossHint]
    } else {
      values["missing"] = words[.lossSteps]
      values["hint"] = words[.lossStepsHint]
    }
    return String(decoding: template.render(values, in: words), as: UTF8.self)
  }
}
