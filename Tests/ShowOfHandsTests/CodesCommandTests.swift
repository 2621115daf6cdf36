import Foundation
import QRCode
import TestSupport
import Testing
import Voting

@testable import ShowOfHands

@Suite("The command codes")
struct CodesCommandTests {
  private func run(
    _ folder: TemporaryFolder, _ arguments: String...
  ) async throws -> (status: Int32, output: String) {
    let program = try Program(
      ["env", "-C", folder.path, VotingServer.executable, "codes", "--root", packageFolder]
        + arguments)
    return try await program.finish()
  }

  private func text(_ name: String, in folder: TemporaryFolder) throws -> String {
    try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8)
  }

  @Test("codes are issued before the first start, and their cards are for the owner's eyes alone")
  func cards() async throws {
    let folder = try TemporaryFolder()
    let run = try await run(
      folder, "--count", "14", "--public-url", "http://192.168.1.20:3000", "--language", "de")
    #expect(run.status == 0, "\(run.output)")
    #expect(run.output.hasPrefix("codes.html has 14 cards for http://192.168.1.20:3000/"))
    let sheet = try text("codes.html", in: folder)
    #expect(sheet.matches(of: #/class="card"/#).count == 14)
    #expect(sheet.matches(of: #/class="page"/#).count == 2)
    #expect(sheet.contains("Eine Stimme."))
    let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/codes.html")
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    let code = try #require(sheet.firstMatch(of: #/class="code" dir="ltr">(.{9})</#)?.1)
    let picture = try QRCode(
      "HTTP://192.168.1.20:3000/C/\(code.filter { $0 != " " })")
    #expect(sheet.contains(picture.svg))
    // Another time would write over it.
    let again = try await self.run(folder, "--count", "1")
    #expect(again.status == 2)
    #expect(again.output.hasPrefix("codes.html is there already"))
  }

  @Test("the list, more of them, all again, and others in their place")
  func list() async throws {
    let folder = try TemporaryFolder()
    let first = try await run(folder, "--count", "2", "--list")
    #expect(first.status == 0, "\(first.output)")
    let codes = first.output.split(separator: "\n")
    #expect(codes.count == 2 && codes.allSatisfy { VotingCode(String($0)) != nil })
    let more = try await run(folder, "--count", "1", "--list")
    #expect(more.output.split(separator: "\n").count == 1)
    let all = try await run(folder, "--reprint", "--list")
    #expect(all.output == first.output + more.output)
    let other = try await run(folder, "--count", "3", "--replace", "--list")
    #expect(other.output.split(separator: "\n").count == 3)
    #expect(Set(other.output.split(separator: "\n")).isDisjoint(with: codes))
    let printed = try await run(folder, "--reprint", "--sheet", "-")
    #expect(printed.output.hasPrefix("<!DOCTYPE html>"))
    #expect(printed.output.matches(of: #/class="card"/#).count == 3)
    let tooMany = try await run(folder, "--count", "99998")
    #expect(tooMany.status == 2)
    #expect(tooMany.output.hasPrefix("There can be 100000 codes, and 3 were issued already"))
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/codes.html"))
  }

  @Test("a server that has the database makes them at its desk")
  func inUse() async throws {
    let server = try await VotingServer(["--ballots", "codes"])
    let folder = try TemporaryFolder()
    let run = try await run(folder, "--count", "2", "--database", server.database)
    #expect(run.status == 2)
    #expect(run.output.contains("its desk makes codes, under More"))
    #expect(run.output.split(separator: "\n").count == 1)
    let key = try await server.deskKey()
    let client = try server.client()
    try client.send(
      """
      POST /desk/codes HTTP/1.1\r\nHost: test\r\nContent-Length: 17\r
      Content-Type: application/x-www-form-urlencoded\r\nAuthorization: Bearer \(key)\r\n\r
      count=1&list=true
      """)
    let code = try #require(VotingCode(String(try client.reply().text.dropLast())))
    #expect(try client.get("/vote?yes=true&code=\(code)").status == 200)
    // Codes and votes outlive a crash.
    await server.kill()
    try await server.start()
    let other = try server.client()
    #expect(try other.get("/vote?yes=false&code=\(code)").status == 200)
    #expect(try server.result().yes == 0)
    #expect(try server.result().no == 1)
  }

  @Test(
    "what makes no sense is one sentence",
    arguments: [
      ([], "Say either how many"), (["--count", "0"], "--count cannot be '0'"),
      (["--count", "100001"], "--count cannot be '100001'"), (["--count", "x"], "--count cannot"),
      (["--count", "1", "--reprint"], "Say either"),
      (["--reprint", "--replace"], "--replace needs"),
      (["--count", "1", "--database", ":memory:"], "Codes need a database"),
      (["--votes"], "There is no option --votes"), (["--list=1"], "--list takes no value"),
    ])
  func mistakes(arguments: [String], sentence: String) {
    let error = #expect(throws: UsageError.self) {
      try CodesCommand(arguments, environment: [:])
    }
    #expect(error?.message.hasPrefix(sentence) == true, "\(error?.message ?? "")")
  }

  @Test("a card's picture stays in the alphabet of the smallest pictures, wherever it can")
  func pictures() throws {
    let code = try #require(VotingCode("ABCDEFGH"))
    #expect(
      CodeSheet.codeText(of: code, at: "http://vote.local:3000/")
        == "HTTP://VOTE.LOCAL:3000/C/ABCDEFGH")
    #expect(
      CodeSheet.codeText(of: code, at: "https://vote.example/poll/")
        == "HTTPS://VOTE.EXAMPLE/poll/C/ABCDEFGH")
  }
}
