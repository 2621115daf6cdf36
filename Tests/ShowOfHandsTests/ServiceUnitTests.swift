import Foundation
import TestSupport
import Testing

@Suite(
  "The systemd units",
  .enabled(
    if: TestSupport.Program.isInstalled("systemd-analyze")
      || ProcessInfo.processInfo.environment["REQUIRE_BROWSER"] == "1",
    "systemd is not installed, so its units were not checked"))
struct ServiceUnitTests {
  private static let folder = "\(packageFolder)/.systemd"
  private static let program = "/usr/local/lib/showofhands/ShowOfHands"

  /// What systemd-analyze(1) says: of units whose program is the one that was built.
  private func analyze(_ words: String..., units: String...) async throws -> (Int32, String) {
    let copies = try TemporaryFolder()
    for unit in try FileManager.default.contentsOfDirectory(atPath: Self.folder) {
      let text = try String(contentsOfFile: "\(Self.folder)/\(unit)", encoding: .utf8)
      try copies.write(text.replacing(Self.program, with: VotingServer.executable), to: unit)
    }
    let paths = units.map { "\(copies.path)/\($0)" }
    let (status, output) = try await Program(["systemd-analyze"] + words + paths).finish()
    return (status, output)
  }

  @Test("the systemd units have no mistake that systemd knows")
  func verify() async throws {
    let (status, output) = try await analyze(
      "verify", "--man=no", units: "showofhands.service", "showofhands.socket")
    #expect(status == 0)
    #expect(output == "")
  }

  @Test("the service is exposed no more than systemd's score says of few: 1.5 of 10")
  func security() async throws {
    let (status, output) = try await analyze(
      "security", "--offline=true", "--no-pager", "--threshold=15", units: "showofhands.service")
    #expect(status == 0, "\(output.suffix(200))")
  }

  @Test("a program that systemd starts by its socket answers who came first")
  func activation() async throws {
    let folder = try TemporaryFolder()
    let port = try FreePort.some(1)[0]
    let program = try Program(
      "systemd-socket-activate", "--listen", "127.0.0.1:\(port)", VotingServer.executable,
      "--root", packageFolder, "--database", "\(folder.path)/votes.sqlite")
    _ = try await program.said(/(Listening on [^\n]+)/)
    let client = try Client(port: port)
    #expect(try client.get("/vote?yes=true").status == 200)
    #expect(await program.terminate() == 0)
  }
}
