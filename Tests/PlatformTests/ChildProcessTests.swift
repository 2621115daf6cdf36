import Platform
import Testing

@Suite("A child process")
struct ChildProcessTests {
  private func shell(_ script: String, _ environment: [String: String] = [:]) throws -> ChildProcess
  {
    try ChildProcess("/bin/sh", ["-c", script], environment: environment)
  }

  @Test("tells what it exited with")
  func status() async throws {
    #expect(try await shell("exit 0").exitStatus() == 0)
    #expect(try await shell("exit 7").exitStatus() == 7)
  }

  @Test("has the arguments and the environment it is given")
  func environment() async throws {
    #expect(try await shell("exit $HALL", ["HALL": "3"]).exitStatus() == 3)
  }

  @Test("ends at once when it is told, and may be told again")
  func end() async throws {
    let child = try shell("exec sleep 60")
    child.send(.kill)
    #expect(await child.exitStatus() == ProcessSignal.kill.exitStatus)
    child.send(.kill)
  }

  @Test("that cannot be started says why")
  func missing() {
    let error = #expect(throws: SystemError.self) {
      try ChildProcess("/no/such/program", [], environment: [:])
    }
    #expect(error?.errno == .noSuchFile)
  }
}
