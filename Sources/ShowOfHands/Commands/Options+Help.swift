extension Options {
  static var help: String {
    let rows =
      all.map { ($0.usage, "\($0.help) [\($0.variables.joined(separator: ", "))]") }
      + [("--version", "the version of this program"), ("--help", "this text")]
    let width = rows.map(\.0.count).max() ?? 0
    let lines = rows.map { usage, help in
      "  \(usage)\(String(repeating: " ", count: width - usage.count))  \(help)"
    }
    return """
      Usage: ShowOfHands [options]
             ShowOfHands codes --count N [--sheet FILE]
             ShowOfHands recount [--database FILE|--store URL] [--json|--csv]
             ShowOfHands import|export --store URL [--database FILE]
             ShowOfHands rehearse [--screens N] [--votes-per-second N] [--seconds N] [--json]
             ShowOfHands health [--port N] [--host NAME] [--listen unix:PATH]

      Asks a room a yes/no question: people vote at / and the big screen at /result shows the tally.

      \(lines.joined(separator: "\n"))

      In brackets: the environment variable that says the same; an option wins over it.

      Ends with status 0 when it is asked to stop, 2 when it cannot start or go on, 130 or 143 when it
      is asked a second time and ends at once; for the others see codes --help, recount --help,
      import --help, export --help, rehearse --help, health --help.
      """
  }
}
