import Platform
import Testing

@Suite("A child process at the end of pipes")
struct PipedProcessTests {
  private func shell(_ script: String) throws -> PipedProcess {
    try PipedProcess("/bin/sh", ["-c", script], environment: [:])
  }

  private func lines(of process: PipedProcess) async -> [String] {
    var lines: [String] = []
    for await line in process.lines { lines.append(line) }
    return lines
  }

  @Test("a child's output comes line by line, and ends with it")
  func output() async throws {
    let process = try shell(#"printf 'one\ntwo\n\nlast'; exit 3"#)
    #expect(await lines(of: process) == ["one", "two", "", "last"])
    #expect(await process.exitStatus() == 3)
  }

  @Test("a child is sent lines, until its input ends")
  func input() async throws {
    let process = try shell("while read line; do echo \"got $line\"; done; echo over")
    process.send("one")
    process.send("two")
    process.endInput()
    process.send("nobody reads this")
    #expect(await lines(of: process) == ["got one", "got two", "over"])
    #expect(await process.exitStatus() == 0)
  }

  @Test("a child's input ends when this process does, also beside other children")
  func endsWithUs() async throws {
    // The one that ends is a process of its own, with a child that was started before another.
    await #expect(processExitsWith: .exitCode(0)) {
      let first = try PipedProcess("/bin/sh", ["-c", "read line; echo ended"], environment: [:])
      let second = try PipedProcess("/bin/sh", ["-c", "exec sleep 60"], environment: [:])
      first.endInput()
      var said: [String] = []
      for await line in first.lines { said.append(line) }
      second.send(.kill)
      CurrentProcess.exit(said == ["ended"] ? 0 : 1)
    }
  }

  @Test("a program that cannot be started at the end of pipes says why")
  func missing() {
    let error = #expect(throws: SystemError.self) {
      try PipedProcess("/no/such/program", [], environment: [:])
    }
    #expect(error?.errno == .noSuchFile)
  }

  @Test("the machine's free memory is what /proc/meminfo says")
  func memory() {
    let text = "MemTotal:  24683884 kB\nMemFree: 1 kB\nMemAvailable:   22160 kB\nBuffers: 2 kB\n"
    #expect(SystemMemory.availableBytes(in: text) == 22_160 * 1024)
    #expect(SystemMemory.availableBytes(in: "MemTotal: 1 kB\n") == nil)
  }
}
