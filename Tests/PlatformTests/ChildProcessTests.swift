import Platform
import Testing

@Suite("A child process")
struct ChildProcessTests {
  private func shell(_ script: String, _ environment: [String: String] = [:]) throws -> ChildProcess
  {
    try ChildProcess("/bin/sh", ["-c", script], environment: environment)
  }

  @Test("a child process tells what it exited with")
  func status() async throws {
    #expect(try await shell("exit 0").exitStatus() == 0)
    #expect(try await shell("exit 7").exitStatus() == 7)
  }

  @Test("a child process has the arguments and the environment it is given")
  func environment() async throws {
    #expect(try await shell("exit $HALL", ["HALL": "3"]).exitStatus() == 3)
  }

  @Test("a child process ends at once when it is told, and may be told again")
  func end() async throws {
    let child = try shell("exec sleep 60")
    child.send(.kill)
    #expect(await child.exitStatus() == ProcessSignal.kill.exitStatus)
    child.send(.kill)
  }

  @Test("a child's exit status can be asked for again, by several, and by a task that is cancelled")
  func askAgain() async throws {
    let child = try shell("read line; exit 5")
    let cancelled = Task { await child.exitStatus() }
    cancelled.cancel()
    let others = [Task { await child.exitStatus() }, Task { await child.exitStatus() }]
    child.send(.terminate)
    let statuses = [await cancelled.value, await others[0].value, await others[1].value]
    let again = await child.exitStatus()
    #expect(Set(statuses + [again]).count == 1)
  }

  @Test("a child is ended by a signal that this program blocks or ignores")
  func signalsAreReset() async throws {
    let child = try shell(
      "trap 'exit 9' TERM; kill -TERM $$; exit 1", ["PATH": "/usr/bin:/bin"])
    #expect(await child.exitStatus() == 9)
    // In a process of its own, whose signals are blocked for good.
    await #expect(processExitsWith: .exitCode(0)) {
      _ = try Signals.termination()
      Signals.ignoreFailingWrites()
      let child = try ChildProcess("/bin/sleep", ["60"], environment: [:])
      child.send(.terminate)
      CurrentProcess.exit(await child.exitStatus() == ProcessSignal.terminate.exitStatus ? 0 : 1)
    }
  }

  @Test("a child process that cannot be started says why")
  func missing() {
    let error = #expect(throws: SystemError.self) {
      try ChildProcess("/no/such/program", [], environment: [:])
    }
    #expect(error?.errno == .noSuchFile)
  }
}
