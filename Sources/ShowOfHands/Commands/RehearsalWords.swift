import Rehearsal

// A rehearsal's report, for the host.
extension Report {
  var words: String {
    ([verdict, ""]
      + rows.map { name, text in
        "  " + name + String(repeating: " ", count: 13 - name.count) + text
      } + advice.flatMap { ["", $0] }).joined(separator: "\n")
  }

  /// The one sentence that counts.
  private var verdict: String {
    if lost > 0 { return "NOT EXACT: votes acknowledged but not counted: \(lost.grouped)." }
    if unexpected > 0 {
      return "NOT EXACT: votes counted but not cast here: \(unexpected.grouped). "
        + "Did somebody else vote meanwhile?"
    }
    if !isExact {
      let wrong = plan.screens - screensRight
      return "NOT EXACT: \(wrong.grouped) of \(plan.screens.grouped) screens never showed the "
        + "final tally."
    }
    return "Exact: every acknowledged vote is counted once, and every screen shows it."
  }

  private var rows: [(String, String)] {
    var rows = [("votes", votesText), ("tally", tallyText), ("last screen", lastScreenText)]
    if let settlingTime {
      rows.append(
        ("at the end", "all screens right \(settlingTime.rounded) after the last acknowledgement"))
    }
    if idleConnections > 0 { rows.append(("connections", connectionsText)) }
    if let server { rows += [("memory", memoryText(server)), ("CPU", cpuText(server))] }
    rows.append(
      ("open files", "the limit is \(openFiles.grouped), enough for \(maxScreens.grouped) screens"))
    return rows
  }

  private var votesText: String {
    var parts = [
      "\(votes.acknowledged.total.grouped) acknowledged, \(Int(votesPerSecond.rounded()).grouped) a "
        + "second (\(plan.votesPerSecond.grouped) asked)"
    ]
    if votes.refused > 0 { parts.append("\(votes.refused.grouped) refused") }
    if votes.unanswered.total > 0 { parts.append("\(votes.unanswered.total.grouped) unanswered") }
    if votes.late > 0 { parts.append("\(votes.late.grouped) sent late") }
    if unsent > 0 { parts.append("\(unsent.grouped) not sent in time") }
    return parts.joined(separator: ", ")
  }

  private var tallyText: String {
    "yes \(counted.yes.grouped), no \(counted.no.grouped) more than before, on "
      + "\(screensRight.grouped) of \(plan.screens.grouped) screens"
  }

  private var lastScreenText: String {
    guard let lastScreen else { return "not timed" }
    return "half of the votes on it in \(lastScreen.p50) ms, 95 % in \(lastScreen.p95), 99 % in "
      + "\(lastScreen.p99), all in \(lastScreen.max) (\(lastScreen.count.grouped) votes timed)"
  }

  private var connectionsText: String {
    let text =
      "\(plan.screens.grouped) streams, and \(idleConnections.grouped) idle ones as browsers keep "
      + "them"
    if idleConnectionsClosed == 0 { return text }
    return "\(text); the server closed \(idleConnectionsClosed.grouped)"
  }

  private func memoryText(_ server: ServerUse) -> String {
    let all = "\(bytes(server.memoryBytes)) in all"
    // A system counts memory in pages, and a few screens fit into one.
    if plan.screens < 100 { return all }
    return "\(bytes(server.memoryBytesPerScreen)) a screen with its connections, \(all)"
  }

  private func cpuText(_ server: ServerUse) -> String {
    "\(server.cores) of a core, \(Int(server.cpuMicrosecondsPerScreen).grouped) µs a second for each "
      + "screen, with the votes"
  }

  // MARK: Advice

  private var advice: [String] {
    var advice: [String] = []
    let behind = votes.late + unsent + votes.refused
    if behind * 100 > plan.votesPerSecond * plan.seconds {
      advice.append(
        "This machine, which carried the load as well, does not keep up with "
          + "\(plan.votesPerSecond.grouped) votes a second.\nTry fewer, or a release build.")
    }
    return advice
  }

  private func bytes(_ count: Int) -> String {
    count < 1_000_000 ? "\(tenths(count, of: 1000)) kB" : "\(tenths(count, of: 1_000_000)) MB"
  }

  private func tenths(_ count: Int, of unit: Int) -> Double {
    (Double(count) / Double(unit) * 10).rounded() / 10
  }
}

extension Duration {
  fileprivate var rounded: String { "\(Int((self / .milliseconds(1)).rounded()).grouped) ms" }
}
