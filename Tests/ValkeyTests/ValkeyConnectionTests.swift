import HTTPServer
import Platform
import TestSupport
import Testing

@testable import Valkey

@Suite(
  "A connection to a real store", .enabled(if: StoreProcess.isTried, "\(StoreProcess.absence)"))
struct ValkeyConnectionTests {
  private func connect(
    _ port: Int, user: String? = nil, password: String? = nil, database: Int = 0,
    patience: ValkeyConnection.Patience = .init(connecting: .seconds(20), reply: .seconds(20))
  ) throws -> ValkeyConnection {
    let url = ValkeyURL(
      host: "127.0.0.1", port: port, user: user, password: password, database: database)
    return try ValkeyConnection(to: url, name: "test", patience: patience)
  }

  @Test("asks, one thing or many at once, and is told what the server is")
  func asks() async throws {
    let store = try await StoreProcess("--maxmemory", "100mb")
    let connection = try connect(store.port)
    #expect(try connection.run(Command("SET", "k", "v\r\n")) == .status("OK"))
    #expect(try connection.run(Command("GET", "k")).text == "v\r\n")
    #expect(try connection.run(Command("GET", "none")) == .null)
    let replies = try connection.run((1...1_000).map { Command("INCRBY", "n", "\($0)") })
    #expect(replies.last == .integer(500_500))
    let mixed = try connection.run([Command("NONSENSE"), Command("LLEN", "list")])
    #expect(mixed[1] == .integer(0))
    #expect(throws: ValkeyError.self) { try connection.run(Command("INCR", "k")) }
    #expect(try connection.run(Command("CLIENT", "GETNAME")).text == "test")
    let facts = try connection.facts()
    #expect(facts.version >= .init(6, 0) && facts.runID.count == 40)
    #expect(facts.isPrimary && facts.hasLog && facts.logSync == ServerFacts.alwaysSyncs)
    #expect(facts.maxMemory == 100 << 20 && facts.alwaysKeepsToIt && facts.ioThreads == 1)
    #expect(facts.evictionPolicy == ServerFacts.deletesNothing)
  }

  @Test("takes an answer that is larger than what either side keeps while it sends as much")
  func large() async throws {
    let store = try await StoreProcess()
    let connection = try connect(store.port)
    let text = String(repeating: "0123456789", count: 1_000)
    let replies = try connection.run(Array(repeating: Command("ECHO", text), count: 2_000))
    #expect(replies.count == 2_000 && replies.allSatisfy { $0.text == text })
  }

  @Test("chooses its database, and shows its password")
  func introduces() async throws {
    let store = try await StoreProcess("--requirepass", "geheim")
    #expect(throws: ValkeyError.self) { try connect(store.port) }
    #expect(throws: ValkeyError.self) { try connect(store.port, password: "wrong") }
    let connection = try connect(store.port, password: "geheim", database: 3)
    _ = try connection.run(Command("SET", "k", "v"))
    #expect(
      try connect(store.port, user: "default", password: "geheim").run(Command("DBSIZE"))
        == .integer(0))
    let refusal = #expect(throws: ValkeyError.self) {
      try connect(store.port, password: "geheim", database: 99)
    }
    #expect(refusal?.code == "ERR")
  }

  @Test("ends when the server dies, and says so to whoever asks later")
  func dies() async throws {
    let store = try await StoreProcess()
    let connection = try connect(store.port)
    await store.kill()
    #expect(throws: ValkeyError.self) { try connection.run(Command("PING")) }
    #expect(throws: ValkeyError.closed) { try connection.run(Command("PING")) }
    #expect(throws: ValkeyError.cannotConnect(.init(call: "connect", errno: .connectionRefused))) {
      try connect(store.port)
    }
    try await store.restart()
    #expect(try connect(store.port).run(Command("PING")) == .status("PONG"))
  }

  @Test("says why a server lets nobody in, which tells it before it is asked")
  func farewell() async throws {
    let store = try await StoreProcess("--maxclients", "1")
    // The one that saw that it is ready may still be there.
    let first = try await eventually("the only place") { try? connect(store.port) }
    for _ in 0..<20 {
      #expect(throws: ValkeyError.refused("ERR max number of clients reached")) {
        try connect(store.port)
      }
    }
    #expect(try first.run(Command("PING")) == .status("PONG"))
  }

  @Test("waits for nothing longer than it is told, and is over then")
  func patience() async throws {
    let store = try await StoreProcess()
    let short = ValkeyConnection.Patience(
      connecting: .milliseconds(50), reply: .milliseconds(50))
    let connection = try connect(store.port)
    #expect(try connection.next(upTo: .milliseconds(10)) == nil)
    let hasty = try connect(store.port)
    hasty.patience = short
    try await store.freeze()
    #expect(throws: ValkeyError.timedOut) { try hasty.run(Command("PING")) }
    #expect(throws: ValkeyError.timedOut) { try connect(store.port, patience: short) }
    try await store.thaw()
    // The answer comes late, and nobody takes it for another's.
    #expect(throws: ValkeyError.closed) { try hasty.run(Command("GET", "k")) }
    #expect(try connection.run(Command("PING")) == .status("PONG"))
  }

  @Test("hears what is published")
  func hears() async throws {
    let store = try await StoreProcess()
    let (listener, speaker) = (try connect(store.port), try connect(store.port))
    let confirmed = try listener.run(Command("SUBSCRIBE", "news"))
    #expect(confirmed.items?.first?.text == "subscribe")
    _ = try speaker.run(Command("PUBLISH", "news", "hello"))
    #expect(
      try listener.next(upTo: .seconds(20))?.items?.map(\.text) == ["message", "news", "hello"])
    try listener.post(Command("PING"))
    #expect(try listener.next(upTo: .seconds(20))?.items?.first?.text == "pong")
  }
}

@Suite("A connection to something else")
struct OtherServerTests {
  @Test("a name without an address is said to be one")
  func name() {
    #expect(throws: ValkeyError.noSuchHost("store.invalid")) {
      try ValkeyConnection(to: ValkeyURL(host: "store.invalid"), name: "test")
    }
  }

  @Test("what speaks otherwise is not understood")
  func otherServer() async throws {
    try await withServer(Application()) { port in
      #expect(throws: ValkeyError.notUnderstood(.unknownKind(UInt8(ascii: "H")))) {
        try ValkeyConnection(to: ValkeyURL(host: "127.0.0.1", port: port), name: "test")
      }
    }
  }
}

@Suite("What a server says of itself")
struct ServerFactsTests {
  private static let info = """
    # Server\r
    redis_version:7.2.4\r
    server_name:valkey\r
    valkey_version:8.1.1\r
    run_id:0123456789012345678901234567890123456789\r
    maxmemory:0\r
    maxmemory_policy:noeviction\r
    aof_enabled:1\r
    role:master\r

    """

  @Test("is read from INFO; what is not said is taken for the worst")
  func facts() {
    func says(_ value: String) -> Valkey.Reply { .array([.bytes([]), .bytes(Array(value.utf8))]) }
    let id = "0123456789012345678901234567890123456789"
    let settings = [says("always"), says("no"), says("1")]
    #expect(
      ServerFacts(info: Self.info, settings: settings)
        == ServerFacts(version: .init(7, 2), runID: id))
    let other = ServerFacts(info: Self.info, settings: [says("no"), says("yes"), says("4")])
    #expect(other?.logSync == "no" && other?.alwaysKeepsToIt == false && other?.ioThreads == 4)
    let refusal = Valkey.Reply.error("ERR unknown command 'CONFIG'")
    let managed = ServerFacts(info: Self.info, settings: [refusal, refusal, refusal])
    #expect(managed?.logSync == nil && managed?.hasLog == true && managed?.ioThreads == nil)
    #expect(managed?.alwaysKeepsToIt == false)
    let nothing = [Valkey.Reply.array([]), .null, .array([])]
    let silent = ServerFacts(info: "redis_version:6.2.1\r\nrun_id:1\r\n", settings: nothing)
    #expect(silent?.isPrimary == false && silent?.hasLog == false && silent?.maxMemory != 0)
    #expect(silent?.evictionPolicy != ServerFacts.deletesNothing)
    #expect(ServerFacts(info: "run_id:1\r\n", settings: settings) == nil)
    #expect(ServerFacts(info: "redis_version:x\r\nrun_id:1\r\n", settings: settings) == nil)
  }
}
