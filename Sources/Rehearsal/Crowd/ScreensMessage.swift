import EventLoop
import Platform

/// What a process that holds screens says of them, a line each.
enum ScreensMessage: Equatable {
  /// So many show a tally.
  case open(Int)
  /// All of them show so many votes, since then.
  case shown(total: Int, at: Instant)
  /// What it was asked for: so many show exactly this, and so many tallies came to them so far.
  case showing(Tally, screens: Int, tallies: Int)
  /// They cannot go on.
  case failed(Failure)

  var line: String {
    switch self {
    case .open(let count): "open \(count)"
    case .shown(let total, let at): "shown \(total) \(at.systemNanoseconds)"
    case .showing(let tally, let screens, let tallies):
      "showing \(tally.yes) \(tally.no) \(screens) \(tallies)"
    case .failed(let failure): "failed " + Self.text(failure)
    }
  }

  /// - Returns: `nil` for anything else.
  init?(line: String) {
    let words = line.split(separator: " ")
    let numbers = words.compactMap { Int($0) }
    switch (words.first, numbers.count) {
    case ("open", 1): self = .open(numbers[0])
    case ("shown", 2):
      self = .shown(total: numbers[0], at: Instant(systemNanoseconds: Int64(numbers[1])))
    case ("showing", 4):
      self = .showing(
        Tally(yes: numbers[0], no: numbers[1]), screens: numbers[2], tallies: numbers[3])
    case ("failed", 2) where words.count == 4:
      guard let failure = Self.failure(String(words[1]), numbers[0], open: numbers[1]) else {
        return nil
      }
      self = .failed(failure)
    default: return nil
    }
  }

  private static func text(_ failure: Failure) -> String {
    switch failure {
    case .screenNotConnected(let error, let open): "\(error.call) \(error.errno.rawValue) \(open)"
    case .screenRefused(let status, let open): "refused \(status) \(open)"
    case .screenCutOff(let open): "cut-off 0 \(open)"
    case .noTallies(let open): "no-tallies 0 \(open)"
    case .unreachable(let error): "unreachable \(error.errno.rawValue) 0"
    case .noResult(let status): "no-result \(status) 0"
    case .votingClosed: "closed 0 0"
    case .system(let error): "system \(error.errno.rawValue) 0"
    case .stuck, .noVotes, .screensEnded, .notOneTally:
      preconditionFailure("not found by who holds screens")
    }
  }

  private static func failure(_ word: String, _ number: Int, open: Int) -> Failure? {
    let errno = Errno(Int32(clamping: number))
    return switch word {
    case "refused": .screenRefused(status: number, open: open)
    case "cut-off": .screenCutOff(open: open)
    case "no-tallies": .noTallies(open: open)
    case "unreachable": .unreachable(SystemError(call: "connect", errno: errno))
    case "no-result": .noResult(status: number)
    case "closed": .votingClosed
    case "system": .system(SystemError(call: "screens", errno: errno))
    default: .screenNotConnected(SystemError(call: word, errno: errno), open: open)
    }
  }
}

/// What such a process is asked: how many screens show exactly this.
enum ScreensQuestion {
  static func line(_ tally: Tally) -> String { "showing \(tally.yes) \(tally.no)" }

  /// - Returns: `nil` for anything else.
  static func tally(in line: String) -> Tally? {
    let words = line.split(separator: " ")
    guard words.count == 3, words[0] == "showing", let yes = Int(words[1]), let no = Int(words[2])
    else { return nil }
    return Tally(yes: yes, no: no)
  }
}
