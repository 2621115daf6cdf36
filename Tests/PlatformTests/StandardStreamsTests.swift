import Foundation
import Testing

@testable import Platform

@Suite("The standard streams")
struct StandardStreamsTests {
  @Test("a standard stream that was closed gets no file or socket that is opened later")
  func closedStreams() async {
    await #expect(processExitsWith: .exitCode(0)) {
      for number in Int32(0)...2 { close(number) }
      try StandardStreams.openMissing()
      let next = unsafe open("/dev/null", O_RDONLY)
      // Nobody reads it, and nothing goes wrong.
      StandardError.writeLine("lost")
      exit(next > 2 ? 0 : 1)
    }
  }

  @Test("standard streams that are open stay what they are")
  func openStreams() async {
    await #expect(processExitsWith: .exitCode(0)) {
      func device(_ number: Int32) -> UInt64 {
        var status = stat()
        return unsafe fstat(number, &status) == 0 ? UInt64(status.st_ino) : 0
      }
      let before = (0...2).map { device($0) }
      try StandardStreams.openMissing()
      exit((0...2).map { device($0) } == before ? 0 : 1)
    }
  }

  @Test("writing to a full disk fails, and to a reader that has left it does not")
  func output() async {
    await #expect(processExitsWith: .exitCode(0)) {
      Signals.ignoreFailingWrites()
      var ends: [Int32] = [-1, -1]
      guard unsafe pipe(&ends) == 0, dup2(ends[1], 1) == 1, close(ends[0]) == 0 else { exit(1) }
      try StandardOutput.write("nobody reads this")
      let full = unsafe open("/dev/full", O_WRONLY)
      // Where the system has no such device, there is nothing to see.
      guard full >= 0 else { exit(0) }
      dup2(full, 1)
      do throws(SystemError) {
        try StandardOutput.write("no room for this")
      } catch {
        exit(error.errno == Errno(ENOSPC) ? 0 : 3)
      }
      exit(2)
    }
  }
}
