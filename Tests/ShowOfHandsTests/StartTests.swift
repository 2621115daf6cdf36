import Foundation
import HTTPServer
import Platform
import ServerSentEvents
import TestSupport
import Testing

@testable import ShowOfHands

@Suite("Starting")
struct StartTests {
  private func failure(_ arguments: String...) async throws -> String {
    let all = ["--host", "127.0.0.1", "--database", ":memory:"] + arguments
    let options = try Options(all, environment: [:], cores: 1)
    do {
      let service = try await Service.start(options, log: .silent)
      await service.stop()
      return "it started"
    } catch {
      return (error as? UsageError)?.message ?? "\(error)"
    }
  }

  @Test("a start on a port in use says so and what to do")
  func portInUse() async throws {
    try await withService { service in
      let message = try await failure("--port", "\(service.port)", "--root", packageFolder)
      #expect(
        message
          == "Port \(service.port) is in use; stop the other program or choose another with --port."
      )
    }
  }

  @Test("a start that fails leaves no thread, no descriptor and no trace in the database")
  func nothingIsLeft() async throws {
    let folder = NSTemporaryDirectory() + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let database = "\(folder)/votes.sqlite"
    try await withService("--question", "Before?", database: database) { service in
      _ = try service.client().get("/vote?yes=true")
    }
    let before = try Data(contentsOf: URL(filePath: database))
    try await withService { service in
      for _ in 0..<10 {
        let message = try await failure(
          "--port", "\(service.port)", "--root", packageFolder, "--database", database,
          "--question", "After?")
        #expect(message.contains("in use"))
      }
    }
    #expect(try Data(contentsOf: URL(filePath: database)) == before)
    #expect(
      Set(try FileManager.default.contentsOfDirectory(atPath: folder))
        == ["votes.sqlite", "votes.sqlite-lock"])
  }

  @Test("starts that fail leave no thread and no descriptor behind")
  func noLeaks() async {
    await #expect(processExitsWith: .exitCode(0)) {
      func count(_ folder: String) -> Int {
        // Where the system has no such folder, there is nothing to count.
        (try? FileManager.default.contentsOfDirectory(atPath: folder).count) ?? 0
      }
      // The program's own by their names: the runtime's come and go as they like.
      func threads() -> Int {
        // Where the system has no such folder, there is nothing to count; a thread may go meanwhile.
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
        return tasks.count { task in
          let name = try? String(contentsOfFile: "/proc/self/task/\(task)/comm", encoding: .utf8)
          return name.map { $0.hasPrefix("loop ") || $0 == "ledger\n" } ?? false
        }
      }
      func start(_ database: String) async throws -> Service {
        let arguments = ["--host", "127.0.0.1", "--port", "0", "--database", database]
        return try await Service.start(
          try Options(arguments + ["--root", packageFolder], environment: [:], cores: 4),
          log: .silent)
      }
      // It has threads that are seen.
      let service = try await start(":memory:")
      if ProcessFolder.isThere { try await eventually { threads() == 5 } }
      await service.stop()
      try await eventually { threads() == 0 }
      // What lives as long as the process is there now: for its first sleep the runtime opens descriptors.
      try await Task.sleep(for: .milliseconds(1))
      let descriptors = count("/dev/fd")
      for _ in 0..<10 {
        if (try? await start("/dev/null/votes")) != nil { CurrentProcess.exit(2) }
      }
      try await eventually { count("/dev/fd") <= descriptors && threads() == 0 }
      CurrentProcess.exit(0)
    }
  }

  @Test("a start on too low a limit on open files says so", arguments: [0, 64, 127])
  func tooFewFiles(limit: Int) throws {
    let error = try #require(throws: UsageError.self) { try Capacity(openFiles: limit) }
    #expect(error.message.contains("ulimit -n"))
  }

  @Test("the last connections are left to votes and pages, however many streams there are")
  func capacity() throws {
    // The last is what a container engine without a limit of its own says.
    for limit in [128, 1_024, 20_000, 1_073_741_816] {
      let capacity = try Capacity(openFiles: limit)
      #expect(capacity.connections < limit)
      #expect(capacity.streams < capacity.connections)
    }
  }

  @Test("a start on a host that is not here says so")
  func unknownHost() async throws {
    let message = try await failure(
      "--host", "no.such.host.invalid", "--port", "0", "--root", packageFolder)
    #expect(message.contains("no.such.host.invalid"))
  }

  @Test("a start on a host that is not here names what asked for it")
  func source() async throws {
    let environment = ["SHOWOFHANDS_HOST": "no.such.host.invalid"]
    let options = try Options(
      ["--port", "0", "--root", packageFolder, "--database", ":memory:"],
      environment: environment, cores: 1)
    let error = await #expect(throws: UsageError.self) {
      try await Service.start(options, log: .silent)
    }
    #expect(error?.message.contains("(SHOWOFHANDS_HOST)") == true)
  }

  @Test("a start finds its folders above the program where they are not in the working folder")
  func rootAboveProgram() throws {
    let folder = try TemporaryFolder()
    for name in ["app/Public", "app/Views", "app/.build/debug", "elsewhere/Public"] {
      try folder.makeFolder(name)
    }
    let program = "\(folder.path)/app/.build/debug/ShowOfHands"
    let elsewhere = "\(folder.path)/elsewhere"
    #expect(try Root.find(nil, from: elsewhere, program: program) == "\(folder.path)/app")
    #expect(try Root.find(nil, from: "\(folder.path)/app", program: "") == "\(folder.path)/app")
    let error = #expect(throws: UsageError.self) {
      try Root.find(nil, from: elsewhere, program: "\(elsewhere)/ShowOfHands")
    }
    #expect(error?.message.contains("--root") == true)
  }

  @Test("a screen is sent as many tallies in a second as was asked for, at most")
  func updatesPerSecond() async throws {
    try await withService("--updates-per-second", "5") { service in
      #expect(service.audience.limits.updateInterval == .milliseconds(200))
    }
  }

  @Test("a start in a folder without Public and Views says so")
  func noRoot() async throws {
    let message = try await failure("--root", NSTemporaryDirectory(), "--port", "0")
    #expect(message.contains("does not hold Public and Views"))
  }

  @Test("a start with a mistake in a template names the file, the line and the name")
  func badTemplate() async throws {
    let root = NSTemporaryDirectory() + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: root) }
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    for folder in ["Public", "Views"] {
      try FileManager.default.copyItem(
        atPath: "\(packageFolder)/\(folder)", toPath: "\(root)/\(folder)")
    }
    try Data("<h1>\n{{qestion}}</h1>".utf8).write(to: URL(filePath: "\(root)/Views/vote.html"))
    let message = try await failure("--root", root, "--port", "0")
    #expect(message.contains("vote.html:2"))
    #expect(message.contains("qestion"))
  }
}
