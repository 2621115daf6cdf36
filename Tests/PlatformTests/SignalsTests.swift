import Foundation
import Testing

@testable import Platform

@Suite("Signals")
struct SignalsTests {
  @Test("a signal that comes before anybody waits for it is not lost")
  func early() async {
    await #expect(processExitsWith: .exitCode(0)) {
      let signals = try Signals.termination()
      for signal in [ProcessSignal.hangUp, .interrupt, .terminate] {
        kill(getpid(), signal.rawValue)
        var next = signals.makeAsyncIterator()
        guard await next.next() == signal else { CurrentProcess.exit(1) }
      }
      CurrentProcess.exit(0)
    }
  }

  @Test("a hang-up that was ignored when the program started stays ignored")
  func ignoredHangUp() async {
    await #expect(processExitsWith: .exitCode(0)) {
      signal(SIGHUP, SIG_IGN)
      let signals = try Signals.termination()
      kill(getpid(), SIGHUP)
      kill(getpid(), SIGTERM)
      var next = signals.makeAsyncIterator()
      CurrentProcess.exit(await next.next() == .terminate ? 0 : 1)
    }
  }

  @Test("children whose exit status nobody asks for do not stay as zombies")
  func forgottenChildren() async {
    await #expect(processExitsWith: .exitCode(0)) {
      Signals.forgetChildren()
      var child: pid_t = 0
      let words: [UnsafeMutablePointer<CChar>?] = unsafe [strdup("true"), nil]
      guard unsafe posix_spawnp(&child, "true", nil, nil, words, nil) == 0 else {
        CurrentProcess.exit(1)
      }
      // It waits until the child has ended, and finds nothing of it (POSIX, `wait`).
      let found = waitpid(child, nil, 0)
      CurrentProcess.exit(found == -1 && Errno.last.rawValue == ECHILD ? 0 : 1)
    }
  }
}
