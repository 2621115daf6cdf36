import EventLoop
import FoundationEssentials

// Show of Hands: the program.
//
// `Options` reads the command line and the environment. `Service` puts the parts together, starts
// and stops them. `VotingSite` is every route on one screen; `VotingPages` fills in the templates;
// `VoteRequest` decides whether a request is a vote; `TallyStream` tells the screens. Everything
// else is in the libraries: Voting counts, ServerSentEvents broadcasts, HTTPServer and EventLoop
// carry the bytes.

@main
enum ShowOfHands {
  static func main() async {
    Signals.ignoreBrokenPipes()
    do {
      let process = ProcessInfo.processInfo
      let options = try Options(
        Array(CommandLine.arguments.dropFirst()), environment: process.environment,
        cores: process.activeProcessorCount)
      if options.wantsHelp { return print(Options.help) }
      try await Service.run(options)
    } catch {
      StandardError.writeLine((error as? UsageError)?.message ?? "\(error)")
      exit(2)
    }
  }
}
