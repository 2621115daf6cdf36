import Foundation
import TestSupport
import Testing

@Suite(
  "Several servers on one store", .serialized,
  .enabled(if: StoreProcess.isTried, "\(StoreProcess.absence)"))
struct FleetFaultTests {
  /// What is done to them while people vote.
  private enum Fault: CaseIterable {
    case killServer, killStore, freezeStore, stopServer
  }

  /// `FLEET_MINUTES=30` goes on for so long; else only so many faults.
  private static let minutes = ProcessInfo.processInfo.environment["FLEET_MINUTES"].flatMap(
    Int.init)
  private static let faultCount = 10

  @Test("whatever is killed while people vote, no acknowledged vote is lost and none is invented")
  func chaos() async throws {
    let fleet = try await Fleet(store: StoreProcess())
    let end = Self.minutes.map { Date.now.addingTimeInterval(TimeInterval($0) * 60) }
    var faults = 0
    let votes = try await fleet.voting { passed in
      while end.map({ Date.now < $0 }) ?? (faults < Self.faultCount) {
        // The moment is counted in votes, so that it comes at any speed of the machine.
        try await passed(Int.random(in: 1...120))
        try await commit(Fault.allCases.randomElement()!, fleet)
        faults += 1
        if faults.isMultiple(of: 10) { try await fleet.settle() }
      }
      try await fleet.settle()
      try await passed(20)
    }
    try await fleet.checkEverything("\(faults) faults, \(votes)")
    #expect(votes.acknowledged > faults)
    for index in fleet.servers.indices { try await fleet.health(index, is: 200) }
    if Self.minutes != nil { print("\(faults) faults: \(votes)") }
  }

  private func commit(_ fault: Fault, _ fleet: Fleet) async throws {
    let server = fleet.servers.randomElement()!
    switch fault {
    case .killServer:
      await server.kill()
      try await server.start()
    case .stopServer:
      #expect(await server.terminate() == 0)
      try await server.start()
    case .killStore:
      await fleet.store.kill()
      try await fleet.store.restart()
    case .freezeStore:
      try await fleet.store.freeze()
      // How long it hangs is the fault; nothing is right or wrong by it.
      try await Task.sleep(for: .milliseconds(Int.random(in: 1...1_500)))
      try await fleet.store.thaw()
    }
  }

  @Test("an old copy that is put back is noticed, counted, and mended by phones that send again")
  func oldCopy() async throws {
    let fleet = try await Fleet(store: StoreProcess())
    _ = try await fleet.voting { passed in try await passed(60) }
    await fleet.store.kill()
    let copy = try TemporaryFolder()
    try FileManager.default.copyItem(
      atPath: "\(fleet.store.folder)/appendonlydir", toPath: "\(copy.path)/appendonlydir")
    try await fleet.store.restart()
    try await fleet.settle()
    let counted = try counted(in: fleet.store)
    _ = try await fleet.voting { passed in try await passed(60) }
    try await fleet.checkEverything("before")
    let missing = try self.counted(in: fleet.store) - counted
    await fleet.store.kill()
    try FileManager.default.removeItem(atPath: "\(fleet.store.folder)/appendonlydir")
    try FileManager.default.copyItem(
      atPath: "\(copy.path)/appendonlydir", toPath: "\(fleet.store.folder)/appendonlydir")
    try await fleet.store.restart()
    for index in fleet.servers.indices { try await fleet.health(index, is: 503) }
    try await eventually {
      try fleet.servers[0].client().get("/health").text.contains("missing: \(missing).")
    }
    try await mend(fleet)
  }

  @Test("a store that forgot everything is filled again from what servers and phones know")
  func flushed() async throws {
    let fleet = try await Fleet(store: StoreProcess())
    _ = try await fleet.voting { passed in try await passed(40) }
    try fleet.store.tell("FLUSHALL")
    for index in fleet.servers.indices { try await fleet.health(index, is: 503) }
    try await mend(fleet)
  }

  @Test("a replica that was behind is noticed when it takes the store's place")
  func failover() async throws {
    let store = try await StoreProcess()
    try await Relay.run(to: store.port) { relay in
      let fleet = try await Fleet(store: store, through: relay)
      _ = try await fleet.voting { passed in try await passed(40) }
      let replica = try await store.replicaThatFallsBehind()
      _ = try await fleet.voting { passed in try await passed(40) }
      relay.cut()
      relay.mend(to: replica.port)
      for index in fleet.servers.indices { try await fleet.health(index, is: 503) }
      try await mend(fleet, in: replica)
    }
  }

  @Test("a store that is full takes no vote and loses none, and goes on when it has room")
  func full() async throws {
    let fleet = try await Fleet(store: StoreProcess())
    let votes = try await fleet.voting { passed in
      try await passed(20)
      try fleet.store.tell("CONFIG SET maxmemory 1")
      try await fleet.health(0, is: 503)
      try fleet.store.tell("CONFIG SET maxmemory 0")
      try await fleet.settle()
      try await passed(20)
    }
    #expect(votes.refused > 0)
    try await fleet.checkEverything("after")
  }

  /// Phones send again, and the host knows of it: then all is as it was.
  /// - Parameter store: the one that they use now; `nil`: the first.
  private func mend(_ fleet: Fleet, in store: StoreProcess? = nil) async throws {
    try await fleet.sendAgain()
    try await fleet.checkEverything("after", in: store)
    try await fleet.confirmLoss()
    try await fleet.settle()
  }

  /// How many new ballots and moves the store has counted.
  private func counted(in store: StoreProcess) throws -> Int {
    try #require(try store.ask("HGET {show}:meta counted").flatMap { Int($0) })
  }
}
