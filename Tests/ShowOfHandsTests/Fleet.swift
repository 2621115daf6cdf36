import Foundation
import Synchronization
import TestSupport
import Testing

/// Several servers that share a store, all of which can be killed, and voters who note what they were
/// told.
final class Fleet {
  let store: StoreProcess
  let servers: [VotingServer]
  private let voters: [Voter]

  /// - Parameter relay: where servers reach the store; `nil`: directly.
  init(
    servers count: Int = 3, voters: Int = 12, store: StoreProcess, through relay: Relay? = nil
  ) async throws {
    self.store = store
    let url = "valkey://127.0.0.1:\(relay?.port ?? store.port)"
    var servers: [VotingServer] = []
    for _ in 0..<count { servers.append(try await VotingServer(store: url)) }
    self.servers = servers
    let ports = servers.map(\.port)
    self.voters = try (0..<voters).map { try Voter(number: $0, ports: ports) }
  }

  // MARK: Votes

  /// What became of the votes while `body` ran.
  struct Votes: Sendable {
    var acknowledged = 0
    var refused = 0
    var unknown = 0
  }

  /// Has all voters vote, again and again at a server of their choice, until `body` is done.
  /// - Parameter body: is given a way to wait until so many votes more were acknowledged.
  func voting(
    _ body: (_ passed: (Int) async throws -> Void) async throws -> Void
  ) async throws -> Votes {
    let total = VoteCount()
    let voters = voters
    async let finished: Void = withThrowingTaskGroup(of: Void.self) { group in
      for voter in voters {
        group.addTask { try await onThread { try voter.vote(until: total) } }
      }
      try await group.waitForAll()
    }
    do {
      try await body { count in
        let goal = total.votes.acknowledged + count
        _ = try await eventually("\(count) votes more") {
          total.votes.acknowledged >= goal ? true : nil
        }
      }
    } catch {
      total.stop()
      try await finished
      throw error
    }
    total.stop()
    try await finished
    return total.votes
  }

  /// Every voter's last vote once more, until it is acknowledged, as phones do that hear of a loss.
  func sendAgain() async throws {
    for voter in voters { try await eventually { try voter.sendAgain() } }
  }

  // MARK: What there is

  /// Until every server says that it is well.
  func settle() async throws {
    for server in servers {
      _ = try await eventually("a server that is well again") {
        // It may still be starting.
        (try? server.client().get("/health").status) == 200 ? true : nil
      }
    }
  }

  /// Until a server says so.
  func health(_ index: Int, is status: Int) async throws {
    _ = try await eventually("health \(status)") { [server = servers[index]] in
      (try? server.client().get("/health").status) == status ? true : nil
    }
  }

  /// Until all servers tell the same, which is what the store's ballots are, and every voter's is one of
  /// those that it can be.
  /// - Parameter store: the one that they use now; `nil`: the first.
  func checkEverything(_ comment: Comment, in store: StoreProcess? = nil) async throws {
    var counted = (yes: 0, no: 0)
    for voter in voters {
      let said = try voter.stored(in: store ?? self.store)
      #expect(voter.possible.contains(said), "voter \(voter.number), \(comment)")
      if said == "yes" { counted.yes += 1 }
      if said == "no" { counted.no += 1 }
    }
    for server in servers {
      var result = try server.result()
      do {
        try await eventually { [counted] in
          result = try server.result()
          return result.yes == counted.yes && result.no == counted.no
        }
      } catch {
        Issue.record("\(result) is not \(counted), \(comment)")
      }
    }
  }

  /// Has the host say that they know what is missing.
  func confirmLoss() async throws {
    let key = try await servers[0].deskKey()
    let client = try servers[0].client()
    try client.send(
      "POST /desk/confirmLoss HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer \(key)\r\n"
        + "Content-Length: 0\r\n\r\n")
    let reply = try client.reply()
    #expect(reply.status == 200, "\(reply.text)")
  }
}

/// What the voters' threads have done.
final class VoteCount: Sendable {
  private let state = Mutex((votes: Fleet.Votes(), isStopped: false))

  var votes: Fleet.Votes { state.withLock { $0.votes } }
  var isStopped: Bool { state.withLock { $0.isStopped } }
  func stop() { state.withLock { $0.isStopped = true } }
  func note(_ edit: (inout Fleet.Votes) -> Void) { state.withLock { edit(&$0.votes) } }
}

/// A browser with a ballot.
final class Voter: Sendable {
  let number: Int
  private let ports: [Int]
  private let cookie: String
  private let state = Mutex((possible: Set(["none"]), last: "yes"))

  init(number: Int, ports: [Int]) throws {
    self.number = number
    self.ports = ports
    let page = try Client(port: ports[number % ports.count]).get("/")
    cookie = try #require(page.ballotCookie)
  }

  /// What the ballot may say: the last choice that was acknowledged, or one sent since.
  var possible: Set<String> { state.withLock { $0.possible } }

  func vote(until votes: VoteCount) throws {
    while !votes.isStopped {
      let choice = Bool.random() ? "yes" : "no"
      if try !send(choice, to: ports[Int.random(in: ports.indices)], votes) {
        // Nobody hurries a server that cannot answer.
        usleep(20_000)
      }
    }
  }

  /// - Returns: whether it was acknowledged.
  func sendAgain() throws -> Bool {
    let last = state.withLock { $0.last }
    return try send(last, to: ports[number % ports.count], VoteCount())
  }

  /// - Returns: whether it was acknowledged.
  private func send(_ choice: String, to port: Int, _ votes: VoteCount) throws -> Bool {
    do {
      let reply = try Client(port: port).get(
        "/vote?yes=\(choice == "yes")", fields: "Cookie: \(cookie)\r\n")
      switch reply.status {
      case 200:
        state.withLock { $0 = ([choice], choice) }
        votes.note { $0.acknowledged += 1 }
        return true
      case 503:
        // It may have been stored all the same.
        state.withLock { _ = $0.possible.insert(choice) }
        votes.note { $0.refused += 1 }
      default: Issue.record("\(reply.status) \(reply.text)")
      }
    } catch Client.Failure.refused {
      votes.note { $0.refused += 1 }
    } catch {
      state.withLock { _ = $0.possible.insert(choice) }
      votes.note { $0.unknown += 1 }
    }
    return false
  }

  /// What the store has: `yes`, `no` or `none`.
  func stored(in store: StoreProcess) throws -> String {
    let value = cookie.split(separator: "=")[1].prefix { $0 != "." }
    let client = try Client(port: store.port)
    try client.send("HGET {show}:ballots:1 \(value)\r\n")
    let head = String(decoding: try client.read(through: "\r\n"), as: UTF8.self)
    if head.hasPrefix("$-1") { return "none" }
    let ballot = String(decoding: try client.read(through: "\r\n"), as: UTF8.self)
    return ballot.hasPrefix("1") ? "yes" : "no"
  }
}
