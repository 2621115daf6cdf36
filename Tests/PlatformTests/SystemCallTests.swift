import Foundation
import Testing

@testable import Platform

@Suite("A system call")
struct SystemCallTests {
  @Test("a system call is made again when a signal interrupts it")
  func interrupted() throws {
    var calls = 0
    let value = try systemCall("test") { () -> Int32 in
      calls += 1
      errno = EINTR
      return calls < 3 ? -1 : 7
    }
    #expect(value == 7)
    #expect(calls == 3)
  }

  @Test(
    "a system call that would block is a result, not an error", arguments: [EAGAIN, EWOULDBLOCK])
  func wouldBlock(number: Int32) throws {
    let attempt = try attempt("test") { () -> Int32 in
      errno = number
      return -1
    }
    guard case .wouldBlock = attempt else {
      Issue.record("it is done")
      return
    }
  }

  @Test("a system call traps on a fault of our own")
  func ourFault() async {
    await #expect(processExitsWith: .failure) {
      _ = try systemCall("close") { close(-1) }
    }
  }
}
