import Foundation
import HTTPServer
import ServerSentEvents
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

  @Test("on a port in use says so and what to do")
  func portInUse() async throws {
    try await withService { service in
      let message = try await failure("--port", "\(service.port)", "--root", packageFolder)
      #expect(
        message
          == "Port \(service.port) is in use; stop the other program or choose another with --port."
      )
    }
  }

  @Test("on a host that is not here says so")
  func unknownHost() async throws {
    let message = try await failure(
      "--host", "no.such.host.invalid", "--port", "0", "--root", packageFolder)
    #expect(message.contains("no.such.host.invalid"))
  }

  @Test("sends a screen as many tallies in a second as was asked for, at most")
  func updatesPerSecond() async throws {
    try await withService("--updates-per-second", "5") { service in
      #expect(service.audience.limits.updateInterval == .milliseconds(200))
    }
  }

  @Test("in a folder without Public and Views says so")
  func noRoot() async throws {
    let message = try await failure("--root", NSTemporaryDirectory(), "--port", "0")
    #expect(message.contains("does not hold Public and Views"))
  }

  @Test("with a mistake in a template names the file, the line and the name")
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
