/// What the program does instead of serving, asked for by the first word of its command line.
protocol Subcommand {
  var wantsHelp: Bool { get }
  /// What `--help` prints.
  var help: String { get }
  /// - Returns: the exit status.
  /// - Throws: `UsageError` where it cannot be carried out as it was given.
  func run() async throws(UsageError) -> Int32
}
