import EventLoop
import HTTPServer
import ServerSentEvents
import Synchronization
import TestSupport

/// Serves `/stream`, which joins the audience, while `body` runs; the audience is ended after it,
/// and its loops are stopped. Every stream begins with `welcome`, which tells a test that it has
/// joined.
func withAudience(
  _ audience: Audience, _ configure: (inout Application) -> Void = { _ in },
  _ body: (Int) async throws -> Void
) async throws {
  var app = Application()
  app.use(serverSentEvents())
  app.get("/stream") { request, response in
    try response.sseSetup()
    try audience.join(
      response, first: welcome, group: request.query["as"],
      topics: request.query.items.filter { $0.name == "topic" }.map(\.value),
      after: request.lastEventID)
  }
  configure(&app)
  try await withServer(app, on: audience.loops) { port in
    do {
      try await body(port)
    } catch {
      await audience.end()
      throw error
    }
    await audience.end()
  }
}

// A word is an event's name.
private let welcome = try! Event("", name: "welcome")

extension Audience {
  /// An audience on loops that are started for it.
  convenience init(
    loops count: Int = 2, clock: LoopClock = .system, limits: AudienceLimits = AudienceLimits(),
    heartbeat: Event? = nil, fullEvent: Event? = nil, presenceEvent: String? = nil,
    groups: [String] = [], history: Int = 0, log: Log = .silent
  ) throws {
    self.init(
      on: try EventLoop.start(count: count, clock: clock), limits: limits, heartbeat: heartbeat,
      fullEvent: fullEvent, presenceEvent: presenceEvent, groups: groups, history: history, log: log
    )
  }
}

extension Audience {
  /// Lets every loop do what it was given, so that the timers are set which that sets.
  func settle() async {
    // A timer that is due runs behind the first visit, and what it sends behind the second.
    for _ in 1...3 { _ = await statistics }
  }
}

extension AudienceLimits {
  /// The usual limits but for these.
  init(_ change: (inout AudienceLimits) -> Void) {
    self.init()
    change(&self)
  }
}

extension Client {
  /// A client that has joined through `/stream`.
  static func joined(
    _ port: Int, _ target: String = "/stream", fields: String = "", takesLittle: Bool = false
  ) throws -> Client {
    let client = try stream(port, target, fields: fields, takesLittle: takesLittle)
    guard try client.events(1).first?.name == "welcome" else { throw Failure.closed(have: "") }
    return client
  }

  /// A client that has asked for a stream and read its head.
  static func stream(
    _ port: Int, _ target: String = "/stream", fields: String = "", takesLittle: Bool = false
  ) throws -> Client {
    let client = try Client(port: port, takesLittle: takesLittle)
    try client.send("GET \(target) HTTP/1.1\r\nHost: test\r\n\(fields)\r\n")
    let head = try client.head()
    guard head.status == 200 else { throw Failure.closed(have: "status \(head.status)") }
    return client
  }

  /// Reads the rest of the body, which has to end.
  func body() throws -> String {
    let deadline = ContinuousClock.now + .seconds(Self.patienceSeconds)
    var body: [UInt8] = []
    while case let chunk = try chunk(), !chunk.isEmpty {
      body += chunk
      if ContinuousClock.now > deadline { throw Failure.timedOut(have: "a body that goes on") }
    }
    return String(decoding: body, as: UTF8.self)
  }

  /// Reads as many events.
  func events(_ count: Int) throws -> [ReceivedEvent] {
    var events: [ReceivedEvent] = []
    while events.count < count {
      let more = try self.events()
      if more.isEmpty { throw Failure.closed(have: "\(events.count) events") }
      events += more
    }
    return events
  }
}

extension Client {
  /// Reads events until one tells that so many are connected.
  func waitForPresence(of count: Int) throws {
    _ = try event { $0 == ReceivedEvent(#"{"connected":\#(count)}"#, name: "presence") }
  }
}

/// What was logged.
final class Lines: Sendable {
  private let lines = Mutex<[String]>([])

  var log: Log { Log { line in self.lines.withLock { $0.append(line) } } }
  var all: [String] { lines.withLock { $0 } }
}
