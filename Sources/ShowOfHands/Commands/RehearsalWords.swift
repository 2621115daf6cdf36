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
    if lost > 0 { return "NOT EXACT: votes acknowledged but not counted: \(lost.withCommas)." }
    if unexpected > 0 {
      return "NOT EXACT: votes counted but not cast here: \(unexpected.withCommas). "
        + "Did somebody else vote meanwhile?"
    }
    if serversDiffer {
      return "NOT EXACT: the \(servers) servers had not one tally in the end."
    }
    if !isExact {
      let wrong = plan.screens - screensRight
      return
        "NOT EXACT: \(wrong.withCommas) of \(plan.screens.withCommas) screens never showed the "
        + "final tally."
    }
    return "Exact: every acknowledged vote is counted once, and every screen "
      + (servers > 1 ? "of all \(servers) servers shows it." : "shows it.")
  }

  private var rows: [(String, String)] {
    var rows = [("votes", votesText), ("tally", tallyText), ("last screen", lastScreenText)]
    if let settlingTime {
      rows.append(
        ("at the end", "all screens right \(settlingTime.rounded) after the last acknowledgement"))
    }
    if let answers { rows.append(("answers", answersText(answers))) }
    if idleConnections > 0 { rows.append(("connections", connectionsText)) }
    if let server { rows += [("memory", memoryText(server)), ("CPU", cpuText(server))] }
    if let store { rows.append(("store", storeText(store))) }
    let screens = maxScreens.withCommas
    rows.append(
      (
        "open files",
        "the limit is \(openFiles.withCommas), enough for \(screens) screens"
          + (servers > 1 ? " at each server" : "")
      ))
    return rows
  }

  private var votesText: String {
    var parts = [
      "\(votes.acknowledged.total.withCommas) acknowledged, \(Int(votesPerSecond.rounded()).withCommas) a "
        + "second (\(plan.votesPerSecond.withCommas) asked)"
    ]
    if votes.refused > 0 { parts.append("\(votes.refused.withCommas) refused") }
    if votes.unanswered.total > 0 {
      parts.append("\(votes.unanswered.total.withCommas) unanswered")
    }
    if votes.late > 0 { parts.append("\(votes.late.withCommas) sent late") }
    if unsent > 0 { parts.append("\(unsent.withCommas) not sent in time") }
    return parts.joined(separator: ", ")
  }

  private var tallyText: String {
    "yes \(counted.yes.withCommas), no \(counted.no.withCommas) more than before, on "
      + "\(screensRight.withCommas) of \(plan.screens.withCommas) screens"
  }

  private var lastScreenText: String {
    guard let lastScreen else { return "not timed" }
    return "half of the votes on it in \(lastScreen.p50) ms, 95 % in \(lastScreen.p95), 99 % in "
      + "\(lastScreen.p99), all in \(lastScreen.max) (\(lastScreen.count.withCommas) votes timed)"
  }

  private func answersText(_ answers: LatencySummary) -> String {
    "half of the votes acknowledged in \(answers.p50) ms, 95 % in \(answers.p95), 99 % in "
      + "\(answers.p99), all in \(answers.max)"
  }

  private func storeText(_ store: StoreUse) -> String {
    "\(store.cores) of a core, \(bytes(store.memoryBytes))"
  }

  private var connectionsText: String {
    let text =
      "\(plan.screens.withCommas) streams, and \(idleConnections.withCommas) idle ones as browsers keep "
      + "them"
    if idleConnectionsClosed == 0 { return text }
    return "\(text); the server closed \(idleConnectionsClosed.withCommas)"
  }

  private func memoryText(_ server: ServerUse) -> String {
    let all =
      "\(bytes(server.memoryBytes)) in all" + (servers > 1 ? " \(servers) servers" : "")
    // A system counts memory in pages, and a few screens fit into one.
    if plan.screens < 100 { return all }
    let connections = idleConnections > 0 ? " with its connections" : ""
    return "\(bytes(server.memoryBytesPerScreen)) a screen\(connections), \(all)"
  }

  private func cpuText(_ server: ServerUse) -> String {
    "\(server.cores) of a core, \(Int(server.cpuMicrosecondsPerScreen).withCommas) µs a second for each "
      + "screen, with the votes"
  }

  // MARK: Advice

  private var advice: [String] {
    var advice: [String] = []
    let behind = votes.late + unsent + votes.refused
    if behind * 100 > plan.votesPerSecond * plan.seconds {
      advice.append(
        "This machine, which carried the load as well, does not keep up with "
          + "\(plan.votesPerSecond.withCommas) votes a second.\nTry fewer, or a release build.")
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
  fileprivate var rounded: String { "\(Int((self / .milliseconds(1)).rounded()).withCommas) ms" }
}

extension Int {
  /// 1234567 as `1,234,567`: what a terminal shows is English.
  var withCommas: String { grouped(by: ",") }
}
