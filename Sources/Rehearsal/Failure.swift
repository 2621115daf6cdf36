public import Platform

/// Why a rehearsal came to no result.
public enum Failure: Error, Equatable, CustomStringConvertible {
  case unreachable(SystemError)
  /// `/result.json` was something else; status 0 is no response in time.
  case noResult(status: Int)
  case votingClosed
  /// The servers do not share what they count.
  case notOneTally([Tally])
  case screenNotConnected(SystemError, open: Int)
  case screenRefused(status: Int, open: Int)
  case screenCutOff(open: Int)
  case noTallies(open: Int)
  /// No screen more was opened for a while.
  case stuck(open: Int, screens: Int)
  case noVotes(status: Int)
  /// A process that held screens has ended, with that status.
  case screensEnded(Int32)
  /// This process is out of something.
  case system(SystemError)

  public var description: String {
    switch self {
    case .unreachable(let error): "The server cannot be reached: \(error.reason)."
    case .noResult(0): "The server did not answer /result.json in time."
    case .noResult(let status):
      "The server answered /result.json with \(status) and no tally; is it Show of Hands?"
    case .votingClosed: "Voting is closed there; open a round first."
    case .notOneTally(let tallies):
      "The servers have not one tally: \(tallies.map { "\($0.yes) and \($0.no)" }.joined(separator: ", ")). "
        + "Start all of them with one --store."
    case .screenNotConnected(let error, let open) where error.errno == .addressNotAvailable:
      "This machine's address has no more ports to the server, with \(open) screens open."
    case .screenNotConnected(let error, let open):
      "A screen could not connect when \(open) were open: \(error.reason)."
    case .screenRefused(let status, let open):
      "The server refused a screen with status \(status) when \(open) were open."
    case .screenCutOff(let open):
      "The server ended the stream of a screen when \(open) were open: it is full, or it stops."
    case .noTallies(let open):
      "A screen got something else than tallies when \(open) were open."
    case .stuck(let open, let screens):
      "The server shows a tally on \(open) of \(screens) screens and on no more of them."
    case .noVotes(0): "The server answered no vote."
    case .noVotes(let status): "The server took no vote; it answered with status \(status)."
    case .screensEnded(ProcessSignal.kill.exitStatus):
      "The screens were ended by somebody else; is there enough memory?"
    case .screensEnded(let status): "The screens ended by themselves, with status \(status)."
    case .system(let error): "The rehearsal cannot go on: \(error)."
    }
  }
}

extension Failure {
  /// The same, with how many screens were open in all.
  func with(open: Int) -> Failure {
    switch self {
    case .screenNotConnected(let error, _): .screenNotConnected(error, open: open)
    case .screenRefused(let status, _): .screenRefused(status: status, open: open)
    case .screenCutOff: .screenCutOff(open: open)
    case .noTallies: .noTallies(open: open)
    default: self
    }
  }
}
