import Foundation
import Platform
import TestSupport
import Testing

@testable import EventLoop
@testable import ShowOfHands

@Suite("Inherited sockets")
struct InheritedSocketsTests {
  // MARK: The environment

  private func names(_ environment: [String: String]) throws -> [String] {
    try InheritedSockets.names(environment: environment, processIdentifier: 42)
  }

  @Test("inherited sockets are as many as LISTEN_FDS says, when LISTEN_PID is this process")
  func count() throws {
    #expect(try names(["LISTEN_PID": "42", "LISTEN_FDS": "2"]) == ["unknown", "unknown"])
    #expect(try names(["LISTEN_PID": "42", "LISTEN_FDS": "0"]) == [])
    let named = ["LISTEN_PID": "42", "LISTEN_FDS": "2", "LISTEN_FDNAMES": "hall:"]
    #expect(try names(named) == ["hall", ""])
  }

  @Test(
    "inherited sockets are none when nobody or another process was meant",
    arguments: [
      [:], ["LISTEN_FDS": "1"], ["LISTEN_PID": "42"], ["LISTEN_PID": "43", "LISTEN_FDS": "1"],
    ])
  func none(environment: [String: String]) throws {
    #expect(try names(environment) == [])
  }

  @Test(
    "inherited sockets that make no sense are refused in one sentence",
    arguments: [
      (["LISTEN_PID": "me", "LISTEN_FDS": "1"], "LISTEN_PID cannot be 'me'"),
      (["LISTEN_PID": "42", "LISTEN_FDS": "one"], "LISTEN_FDS cannot be 'one'"),
      (["LISTEN_PID": "42", "LISTEN_FDS": "-1"], "LISTEN_FDS cannot be '-1'"),
      (["LISTEN_PID": "42", "LISTEN_FDS": "17"], "it is a number from 0 to 16"),
      (
        ["LISTEN_PID": "42", "LISTEN_FDS": "1", "LISTEN_FDNAMES": "a:b"],
        "LISTEN_FDNAMES has 2 names, but LISTEN_FDS is 1."
      ),
    ])
  func refused(environment: [String: String], message: String) {
    let error = #expect(throws: UsageError.self) { try names(environment) }
    #expect(error?.message.contains(message) == true)
  }

  @Test("inherited sockets that are no listening sockets end the program with status 2")
  func notListening() async throws {
    let script = #"exec 3</dev/null; LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" "$@""#
    let program = try Program("sh", "-c", script, VotingServer.executable)
    let (status, output) = try await program.finish()
    #expect(status == 2)
    #expect(
      output
        == "Cannot serve on descriptor 3, 'unknown' in LISTEN_FDS: it is not a stream socket.\n")
  }

  // MARK: A restart

  private static let voters = 8
  private static let restarts = 3
  private static let votesBetween = 100

  /// What became of one voter's votes.
  private struct Diary {
    var acknowledged = 0
    /// Sent, and the connection ended before the answer.
    var cutOff = 0
  }

  @Test(
    "inherited sockets refuse nobody while the program restarts under load, and no vote is lost")
  func restart() async throws {
    let listener = try ListeningSocket.open(host: "127.0.0.1", port: 0)[0]
    let handedOn = dup(listener.descriptor.number)
    defer { close(handedOn) }
    let server = try await VotingServer(on: handedOn)
    #expect(server.port == listener.port)
    let port = server.port
    let isOver = Signal()
    let (answers, continuation) = AsyncStream.makeStream(of: Void.self)
    let diaries = try await withThrowingTaskGroup(of: Diary.self) { group in
      for number in 0..<Self.voters {
        group.addTask {
          try await onThread {
            try Self.vote(
              at: port, votesPerConnection: number.isMultiple(of: 2) ? 1 : 10,
              until: isOver, answered: { continuation.yield() })
          }
        }
      }
      for _ in 0..<Self.restarts {
        for await _ in answers.prefix(Self.votesBetween) {}
        #expect(await server.terminate() == 0)
        try await server.start()
      }
      for await _ in answers.prefix(Self.votesBetween) {}
      isOver.fire()
      return try await group.reduce(into: []) { $0.append($1) }
    }
    let least = diaries.reduce(0) { $0 + $1.acknowledged }
    let most = diaries.reduce(least) { $0 + $1.cutOff }
    #expect(least >= Self.votesBetween * (Self.restarts + 1))
    #expect((least...most).contains(try server.result().yes))
  }

  /// Votes on one connection after the other. A connection that is refused throws.
  private static func vote(
    at port: Int, votesPerConnection: Int, until isOver: Signal,
    answered: @Sendable () -> Void
  ) throws -> Diary {
    var diary = Diary()
    while !isOver.hasFired {
      let client = try Client(port: port)
      do {
        for _ in 0..<votesPerConnection where !isOver.hasFired {
          let reply = try client.get("/vote?yes=true")
          #expect(reply.status == 200)
          diary.acknowledged += 1
          answered()
          if reply["connection"] == "close" { break }
        }
      } catch Client.Failure.closed {
        diary.cutOff += 1
      }
    }
    return diary
  }
}
