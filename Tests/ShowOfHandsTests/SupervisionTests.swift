import EventLoop
import Foundation
import HTTPServer
import Platform
import Synchronization
import TestSupport
import Testing

@testable import ShowOfHands

@Suite("A service manager")
struct SupervisionTests {
  private let folder: TemporaryFolder
  private let manager: NotifySocket

  init() throws {
    folder = try TemporaryFolder()
    manager = try NotifySocket(at: "\(folder.path)/notify")
  }

  private func program(_ variables: String...) throws -> TestSupport.Program {
    try Program(
      variables + [
        VotingServer.executable, "--host", "127.0.0.1", "--port", "0", "--database",
        "\(folder.path)/votes.sqlite", "--root", packageFolder,
      ])
  }

  private func port(of program: TestSupport.Program) async throws -> Int {
    try #require(Int(try await program.said(/http:\/\/[^\/\s]+:(\d+)/)))
  }

  // MARK: A whole run

  @Test("a service manager is told when the program is open to votes, and when it stops")
  func run() async throws {
    let program = try program("NOTIFY_SOCKET=\(manager.place)")
    #expect(try await manager.message() == "READY=1\nSTATUS=Open.")
    let client = try Client(port: try await port(of: program))
    #expect(try client.get("/health").status == 200)
    #expect(try client.get("/vote?yes=true").status == 200)
    #expect(await program.terminate() == 0)
    let words = "STATUS=Stopping; screens that were connected: 0."
    #expect(try await manager.message() == "STOPPING=1\n\(words)")
  }

  @Test(
    "a service manager may have a name that is in no file system",
    .enabled(if: FileManager.default.fileExists(atPath: "/proc/self"), "Linux alone has them"))
  func abstract() async throws {
    let manager = try NotifySocket(at: "@showofhands-\(UUID())")
    let program = try program("NOTIFY_SOCKET=\(manager.place)")
    #expect(try await manager.message().hasPrefix("READY=1\n"))
    #expect(await program.terminate() == 0)
  }

  @Test(
    "a service manager that cannot be told costs a line in the log and nothing else",
    arguments: [
      "/no/such/socket", "vsock:2:1234", "relative", "/" + String(repeating: "x", count: 200),
    ])
  func missing(place: String) async throws {
    let program = try program("NOTIFY_SOCKET=\(place)")
    _ = try await program.said(/(the service manager [^\n]+)/)
    let client = try Client(port: try await port(of: program))
    #expect(try client.get("/vote?yes=true").status == 200)
    #expect(await program.terminate() == 0)
  }

  @Test("a service manager's variables are not for the programs that this one starts")
  func variables() async {
    await #expect(processExitsWith: .exitCode(0)) {
      for name in ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"] {
        _ = unsafe setenv(name, "1", 1)
      }
      Supervision.forgetVariables()
      let left = ProcessInfo.processInfo.environment.keys.filter {
        $0.hasPrefix("NOTIFY") || $0.hasPrefix("WATCHDOG")
      }
      CurrentProcess.exit(left.isEmpty ? 0 : 1)
    }
  }

  @Test("a service manager that has too much to read holds nothing up, and is told later")
  func fullQueue() async throws {
    let sender = try ServiceManager(at: manager.place)
    while try sender.tell("X=1") {}
    let supervision = supervision([:])
    async let told: Void = supervision.isOpen()
    #expect(try await manager.message(with: "READY=1").hasPrefix("READY=1\n"))
    await told
  }

  // MARK: The watchdog

  private func supervision(
    _ variables: [String: String], log: Log = .silent
  ) -> Supervision {
    Supervision(
      environment: ["NOTIFY_SOCKET": manager.place].merging(variables) { $1 },
      processIdentifier: 42, log: log)
  }

  @Test("a watchdog is for the process that it names, and for a time that there is")
  func patience() {
    #expect(supervision([:]).patience == nil)
    #expect(supervision(["WATCHDOG_USEC": "30000000"]).patience == .seconds(30))
    #expect(
      supervision(["WATCHDOG_USEC": "5000", "WATCHDOG_PID": "42"]).patience == .milliseconds(5))
    #expect(supervision(["WATCHDOG_USEC": "5000", "WATCHDOG_PID": "43"]).patience == nil)
    for text in ["0", "-1", "soon", "99999999999999999999"] {
      let lines = Mutex<[String]>([])
      let log = Log { line in lines.withLock { $0.append(line) } }
      #expect(supervision(["WATCHDOG_USEC": text], log: log).patience == nil)
      #expect(lines.withLock { $0 }.count == 1)
    }
  }

  @Test("a watchdog hears nothing while a loop hangs, and again when it goes on")
  func hangingLoop() async throws {
    let loops = try EventLoop.start(count: 2)
    let supervision = supervision(["WATCHDOG_USEC": "3000"])
    let watch = try #require(supervision.watch(loops))
    _ = try await manager.message(with: "WATCHDOG=1")
    let hangs = Signal()
    let goesOn = DispatchSemaphore(value: 0)
    loops[1].execute {
      hangs.fire()
      goesOn.wait()
    }
    try await hangs.wait()
    while manager.next() != nil {}
    // A machine that is slow says less, not more: one may be on its way.
    try await Task.sleep(for: .milliseconds(100))
    var heard = 0
    while manager.next() != nil { heard += 1 }
    #expect(heard <= 1)
    goesOn.signal()
    _ = try await manager.message(with: "WATCHDOG=1")
    watch.cancel()
    await watch.value
    for loop in loops { loop.stop() }
    for loop in loops { await loop.waitUntilStopped() }
  }
}
