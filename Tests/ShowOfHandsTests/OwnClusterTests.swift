import Foundation
import Platform
import TestSupport
import Testing

@testable import ShowOfHands

@Suite(
  "Servers of a rehearsal's own, and their store",
  .enabled(if: StoreProcess.isTried, Comment(rawValue: StoreProcess.absence)))
struct OwnClusterTests {
  private func cluster(
    _ servers: Int, _ program: String? = nil, root: String = packageFolder
  ) throws -> OwnCluster {
    OwnCluster(
      servers: servers, try program ?? StoreProgram.find(), executable: VotingServer.executable
    ) { .server(store: $0, ballots: nil, root: root) }
  }

  @Test("two servers and their throwaway store have one tally, and nothing is left of them")
  func exact() async throws {
    let cluster = try cluster(2)
    try await cluster.start { _ in }
    let urls = await cluster.urls
    let numbers = await cluster.serverNumbers
    #expect(numbers.count == 2)
    let program = try Program(
      [
        VotingServer.executable, "rehearse", "--screens", "30", "--votes-per-second", "50",
        "--seconds", "1", "--json",
      ] + zip(urls, numbers).flatMap { ["--against", $0, "--pid", "\($1)"] })
    let (status, output) = try await program.finish()
    #expect(status == 0, "\(output)")
    #expect(output.contains(#""exact":true"#))
    #expect(output.contains(#""servers":2"#))
    let store = try #require(await cluster.storeNumber)
    await cluster.end()
    await cluster.end()
    for number in numbers + [store] { #expect(kill(number, 0) == -1) }
  }

  @Test("a server that does not start says why, and what was started ends")
  func noServer() async throws {
    let cluster = try cluster(2, root: "/no/such/folder")
    let error = await #expect(throws: ClusterError.self) { try await cluster.start { _ in } }
    #expect(error?.description.contains("/no/such/folder") == true)
    let store = try #require(await cluster.storeNumber)
    await cluster.end()
    #expect(kill(store, 0) == -1)
  }

  @Test("a store that does not start says what it said last")
  func noStore() async throws {
    // It says what it was asked for, and ends.
    let cluster = try cluster(1, "/bin/echo")
    let error = await #expect(throws: ClusterError.self) { try await cluster.start { _ in } }
    let words = error?.description ?? ""
    #expect(words.contains("does not start: echo says '--port "), "\(words)")
    await cluster.end()
  }

  @Test("a store that starts and says nothing ends with who started it")
  func silentStore() async throws {
    let folder = try TemporaryFolder()
    let (program, begun) = ("\(folder.path)/store", "\(folder.path)/begun")
    let script =
      "#!/bin/sh\necho $$ >'\(begun).new'; mv '\(begun).new' '\(begun)'; exec sleep 600\n"
    // Another process writes it: what others start meanwhile would have it open for writing, and it
    // could not be run.
    let writing = try Program(
      "sh", "-c", #"printf %s "$1" >"$0" && chmod 755 "$0""#, program, script)
    #expect(try await writing.finish().status == 0)
    let cluster = try cluster(1, program)
    let starting = Task { try await cluster.start { _ in } }
    let number = try await eventually("the store to begin") {
      // It is not there at first.
      try? String(contentsOfFile: begun, encoding: .utf8)
    }
    await cluster.end()
    await #expect(throws: ClusterError.self) { try await starting.value }
    let store = try #require(Int32(number.dropLast()))
    #expect(kill(store, 0) == -1)
    withExtendedLifetime(folder) {}
  }

  // MARK: The command

  /// Where a process may have few files open, it is not tried at all.
  private static let hasFiles = OpenFiles.raiseLimit() >= 8_000
  /// Its crowd takes the machine from all other tests, and from this one.
  private static let isAsked = ProcessInfo.processInfo.environment["SOAK"] == "1"

  @Test(
    "a rehearsal of its own servers that is ended leaves nothing, however it ends",
    .enabled(if: hasFiles && isAsked, "SOAK=1 tries it, alone, where enough files may be open"),
    arguments: [SIGTERM, SIGKILL])
  func ended(by signal: Int32) async throws {
    let folder = try TemporaryFolder()
    func files() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: folder.path)
    }
    let program = try Program(
      "TMPDIR=\(folder.path)", VotingServer.executable, "rehearse", "--screens", "15000",
      // However late this test has its turn, it is not over.
      "--seconds", "600")
    let kept = try await eventually("a folder for the votes") {
      let said = try program.text()
      try #require(!program.hasEnded, "\(said)")
      return try files().first
    }
    try await eventually {
      let said = try program.text()
      try #require(!program.hasEnded, "\(said)")
      return FileManager.default.fileExists(atPath: "\(folder.path)/\(kept)/appendonlydir")
    }
    let status = await program.end(with: ProcessSignal(rawValue: signal))
    #expect(status == 128 + signal)
    if signal == SIGTERM { #expect(try files() == []) }
    try await eventually { try files().isEmpty }
  }

  @Test("a rehearsal that needs a store says what to install where there is none")
  func nothingInstalled() async throws {
    let program = try Program(
      "PATH=/no/such/folder", VotingServer.executable, "rehearse", "--screens", "15000")
    let (status, output) = try await program.finish()
    #expect(status == 2)
    #expect(output.contains("install it (Debian: valkey-server or redis-server"))
  }
}
