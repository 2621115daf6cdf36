import EventLoop
import HTTPServer
import Platform

/// What the service manager that started the program is told (sd_notify(3)): that it is open, that it
/// is alive, that it stops. Where none asked to be told, nothing happens.
struct Supervision {
  private let manager: ServiceManager?
  /// How soon it has to hear again that the program is alive; `nil` where it does not mind.
  let patience: Duration?
  private let log: Log

  private static let place = "NOTIFY_SOCKET"
  private static let time = "WATCHDOG_USEC"
  private static let process = "WATCHDOG_PID"

  /// - Parameters:
  ///   - environment: a mistake in it costs a line in the log: the program runs as well untold.
  ///   - log: where telling fails.
  init(environment: [String: String], processIdentifier: Int32, log: Log) {
    self.log = log
    guard let place = environment[Self.place], !place.isEmpty else {
      (manager, patience) = (nil, nil)
      return
    }
    do throws(SystemError) {
      manager = try ServiceManager(at: place)
    } catch {
      manager = nil
      log(
        "the service manager is told nothing: NOTIFY_SOCKET is '\(printable(place))': "
          + "\(error.reason)")
    }
    patience = Self.patience(environment, processIdentifier, log)
  }

  /// None that it starts, and nobody else, speaks for this program.
  static func forgetVariables() {
    for name in [place, time, process] { CurrentProcess.removeVariable(name) }
  }

  /// As sd_watchdog_enabled(3) reads it.
  private static func patience(
    _ environment: [String: String], _ processIdentifier: Int32, _ log: Log
  ) -> Duration? {
    guard let text = environment[time] else { return nil }
    if let process = environment[process], process != "\(processIdentifier)" { return nil }
    guard let microseconds = Int64(text), microseconds > 0 else {
      log("WATCHDOG_USEC cannot be '\(printable(text))'; it is a number of microseconds.")
      return nil
    }
    return .microseconds(microseconds)
  }

  // MARK: What it is told

  /// People can vote from now on.
  func isOpen() async { await tell("READY=1\nSTATUS=Open.") }

  func isStopping(screens: Int) async {
    await tell("STOPPING=1\nSTATUS=Stopping; screens that were connected: \(screens).")
  }

  /// Tells it again and again that the program is alive, for as long as every loop has its turn: one
  /// that hangs is noticed, and the program started anew. (Not the ledger's thread, which waits for
  /// the disk: a new start would wait for it too, and `/health` tells of it.)
  /// - Returns: what does it, until it is cancelled; `nil` where nobody listens.
  func watch(_ loops: [EventLoop]) -> Task<Void, Never>? {
    guard manager != nil, let patience else { return nil }
    return Task {
      while !Task.isCancelled {
        for loop in loops { await withTaskExecutorPreference(loop) { await Task.yield() } }
        await tell("WATCHDOG=1")
        // It throws when it is cancelled, which the loop sees.
        try? await Task.sleep(for: patience / Self.tellingsInPatience)
      }
    }
  }

  /// One may be lost, or late.
  private static let tellingsInPatience = 3

  // MARK: Telling

  private static let maxAttempts = 20
  private static let pauseBetweenAttempts: Duration = .milliseconds(50)

  /// Tries again for a second where the manager has too much to read.
  private func tell(_ lines: String) async {
    guard let manager else { return }
    do throws(SystemError) {
      for _ in 1..<Self.maxAttempts {
        if try manager.tell(lines) { return }
        // Cancelled, it tries again at once.
        try? await Task.sleep(for: Self.pauseBetweenAttempts)
      }
      if try manager.tell(lines) { return }
      throw SystemError(call: "sendto", errno: .wouldBlock)
    } catch {
      log("the service manager could not be told '\(lines.prefix { $0 != "\n" })': \(error.reason)")
    }
  }
}
