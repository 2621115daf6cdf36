import EventLoop
import HTTPServer
import ServerSentEvents
import Synchronization
import TestSupport
import Testing

@Suite("An audience that many send to")
struct AudienceOrderTests {
  @Test("no subscriber goes backwards, repeats or misses, while others come and go")
  func order() async throws {
    let audience = try Audience(
      loops: 1,
      limits: AudienceLimits {
        $0.updateInterval = .zero
        $0.maxWaitingMessages = .max
      }, presenceEvent: "presence")
    let senders = try EventLoop.start(count: 2)
    defer { for sender in senders { sender.stop() } }
    try await withAudience(audience) { port in
      // So many that a pass takes turns which newcomers come between. They do not read yet.
      let clients = try (1...300).map { _ in try Client.joined(port) }
      let numbers = Numbers(audience)
      for _ in 1...10 {
        // Not on the threads of all other tasks: clients block those while they read.
        let tasks = senders.map { loop in
          Task(executorPreference: loop) { for _ in 1...20 { numbers.sendBoth() } }
        }
        let newcomers = try (1...5).map { _ in try Client.joined(port) }
        for task in tasks { await task.value }
        numbers.sendBoth()
        for client in newcomers { try expectInOrder(client, upTo: numbers.last) }
      }
      for client in clients { try expectInOrder(client, upTo: numbers.last) }
    }
  }

  @Test("what comes in the middle of a broadcast follows it", arguments: 0...8)
  func middle(turns: Int) async throws {
    // A heartbeat would take along what was forgotten.
    let audience = try Audience(
      loops: 1, limits: AudienceLimits { $0.heartbeatInterval = .seconds(3600) })
    let configure = { (app: inout Application) in
      // The second one comes so many turns of the loop after the first.
      app.get("/send") { _, response in
        audience.send(try Event("1"))
        let second = try Event("2")
        try #require(response.loop).execute(after: turns) { audience.send(second) }
      }
    }
    try await withAudience(audience, configure) { port in
      let clients = try (1...600).map { _ in try Client.joined(port) }
      _ = try Client(port: port).get("/send")
      for client in clients { #expect(try client.events(2).map(\.data) == ["1", "2"]) }
    }
  }

  /// Reads until the last number of both kinds has come.
  private func expectInOrder(_ client: Client, upTo last: Int) throws {
    var messages: [Int] = []
    var states: [Int] = []
    var stateIDs: [Int] = []
    while messages.last != last || states.last != last {
      for event in try client.events(1) {
        guard let number = Int(event.data) else { continue }
        if let id = event.id.flatMap({ Int($0) }) {
          states.append(number)
          stateIDs.append(id)
        } else {
          messages.append(number)
        }
      }
    }
    #expect(zip(messages, messages.dropFirst()).allSatisfy { $0 + 1 == $1 })
    #expect(zip(states, states.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(zip(stateIDs, stateIDs.dropFirst()).allSatisfy { $0 < $1 })
  }
}

extension EventLoop {
  /// Runs the action so many turns from now.
  fileprivate func execute(after turns: Int, _ action: @escaping @Sendable () -> Void) {
    if turns == 0 { return action() }
    execute { self.execute(after: turns - 1, action) }
  }
}

/// Sends numbers that grow by one, as messages and as a state.
private final class Numbers: Sendable {
  private let audience: Audience
  private let order = Mutex(())
  private let number = Atomic<Int>(0)
  private let stateID = Atomic<Int>(0)

  init(_ audience: Audience) { self.audience = audience }

  var last: Int { number.load(ordering: .relaxed) }

  func sendBoth() {
    order.withLock { _ in
      let number = self.number.wrappingAdd(1, ordering: .relaxed).newValue
      audience.send(try! Event("\(number)"))
    }
    audience.update("state") {
      let id = self.stateID.wrappingAdd(1, ordering: .relaxed).newValue
      return try! Event("\(self.last)", id: "\(id)")
    }
  }
}
