import Foundation
import TestSupport
import Testing
import Valkey
import Voting

@testable import ShowOfHands

@Suite("The commands export and import")
struct MoveCommandTests {
  @Test("export and import take a store and a file, from words or from the environment")
  func options() throws {
    let store = try ValkeyURL("valkey://:secret@hall:7000/2")
    let given = try MoveCommand(
      .import,
      [
        "--store", "valkey://:secret@hall:7000/2", "--database=a.sqlite", "--store-durability",
        "relaxed",
      ], environment: [:])
    #expect(given.store == store)
    #expect(given.database == "a.sqlite")
    #expect(given.durability == .relaxed)
    let variables = try MoveCommand(
      .export, [],
      environment: [
        "SHOWOFHANDS_STORE": "valkey://:secret@hall:7000/2", "SHOWOFHANDS_PORT": "x",
      ])
    #expect(variables.store == store)
    #expect(variables.database == "votes.sqlite")
    #expect(try MoveCommand(.export, ["--help"], environment: [:]).wantsHelp)
  }

  @Test(
    "export and import refuse what makes no sense in a sentence",
    arguments: [
      [], ["--database", "a"], ["--store"], ["--store", "http://a"], ["--port", "1"],
      ["--store", "valkey://a", "--database", ":memory:"],
    ])
  func mistakes(arguments: [String]) {
    for direction in [MoveCommand.Direction.export, .import] {
      let error = #expect(throws: UsageError.self) {
        try MoveCommand(direction, arguments, environment: [:])
      }
      #expect(error?.message.hasSuffix(".") == true)
    }
  }

  @Test("recount takes a store in place of the file, and what is said before what is set")
  func recount() throws {
    let environment = [
      "SHOWOFHANDS_STORE": "valkey://hall", "SHOWOFHANDS_DATABASE": "evening.sqlite",
    ]
    let url = try ValkeyURL("valkey://other")
    let store = try RecountCommand(["--store", "valkey://other"], environment: environment)
    #expect(store.store == url)
    let file = try RecountCommand(["--database", "a.sqlite"], environment: environment)
    #expect(file.store == nil)
    #expect(file.database == "a.sqlite")
    #expect(
      try RecountCommand([], environment: ["SHOWOFHANDS_STORE": "valkey://hall"]).store
        == ValkeyURL("valkey://hall"))
    #expect(throws: UsageError.self) { try RecountCommand([], environment: environment) }
  }

  @Test(
    "an evening goes from a file into a store and home, and recount agrees on the way",
    .enabled(if: StoreProcess.isTried, Comment(rawValue: StoreProcess.absence)))
  func roundTrip() async throws {
    func run(_ words: String...) async throws -> (status: Int32, output: String) {
      try await Program([VotingServer.executable] + words).finish()
    }
    let server = try await VotingServer()
    let client = try server.client()
    for vote in ["yes=true", "yes=true", "yes=false"] { _ = try client.get("/vote?\(vote)") }
    let store = try await StoreProcess()
    let url = "valkey://127.0.0.1:\(store.port)"
    let busy = try await run("import", "--store", url, "--database", server.database)
    #expect(busy.status == 2)
    #expect(busy.output.contains("in use by another server"))
    _ = await server.terminate()
    let there = try await run("import", "--store", url, "--database", server.database)
    #expect(there.status == 0, "\(there.output)")
    #expect(there.output.contains("3 ballots"))
    let counted = try await run("recount", "--store", url)
    #expect(counted.status == 0, "\(counted.output)")
    #expect(counted.output.contains("Yes: 2, No: 1"))
    let home = server.database + "-home"
    #expect(try await run("export", "--store", url, "--database", home).status == 0)
    let recount = try await run("recount", "--database", home)
    #expect(recount.status == 0)
    #expect(recount.output == counted.output)
    let again = try await run("export", "--store", url, "--database", home)
    #expect(again.status == 2)
    #expect(again.output.contains("already, which was left alone"))
  }
}
