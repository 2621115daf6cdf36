import EventLoop
import Platform

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

// Rehearsal: as many browsers and votes as a server is to stand, and what came of it.
//
// `rehearse` runs a `Plan` from beginning to end. `Subscribers` holds all the event streams, on one
// loop; each `Subscriber` reads its stream with a `TallyReader`. `IdleConnections` holds what
// browsers keep open beside them. `Voters` vote by a `Schedule` on another loop, and what came of
// it is in `Votes`. A `Report` compares what was acknowledged with what is counted and shown.
// Nothing here knows more of the server than its addresses: it runs in another process than the
// server.

/// Opens the screens and their idle connections, votes, and compares what every screen shows.
///
/// It ends by itself: a minute at most to open the screens, the plan's time, and half a minute.
/// - Parameters:
///   - process: the server's number, where it runs on this machine; for its memory and CPU.
///   - progress: told what happens, ten times a second at most.
/// - Throws: `Failure` where it comes to no result. A result that is wrong is a `Report`.
public func rehearse(
  _ plan: Plan, at endpoint: Endpoint, process: Int32? = nil, progress: (String) -> Void
) async throws(Failure) -> Report {
  let run = try await Run(plan, at: endpoint, process: process)
  do throws(Failure) {
    let report = try await run.run(progress)
    await run.end()
    return report
  } catch {
    await run.end()
    throw error
  }
}

private struct Run {
  let plan: Plan
  let endpoint: Endpoint
  let address: SocketAddress
  let process: Int32?
  /// What the server had counted before, and used.
  let before: Tally
  let usedBefore: ProcessUse?
  let openFiles: Int
  let loops: [EventLoop]
  let subscribers: Subscribers
  let idleConnections: IdleConnections
  let voters: Voters

  init(_ plan: Plan, at endpoint: Endpoint, process: Int32?) async throws(Failure) {
    self.plan = plan
    self.endpoint = endpoint
    self.process = process
    openFiles = OpenFiles.raiseLimit()
    do throws(SystemError) {
      loops = try EventLoop.start(count: 2)
    } catch {
      throw .system(error)
    }
    do throws(Failure) {
      (address, before) = try await Self.find(endpoint, on: loops[1])
    } catch {
      for loop in loops { loop.stop() }
      throw error
    }
    usedBefore = process.flatMap(ProcessUse.init(of:))
    subscribers = Subscribers(size: plan.screens, at: address, of: endpoint, on: loops[0])
    idleConnections = IdleConnections(
      size: plan.idleConnections(openFiles: openFiles), at: address, of: endpoint, on: loops[0])
    voters = Voters(
      plan, at: address, of: endpoint, before: before.total, subscribers: subscribers,
      on: loops[1])
  }

  /// The first of the host's addresses that responds, and the tally there.
  private static func find(
    _ endpoint: Endpoint, on loop: EventLoop
  ) async throws(Failure) -> (SocketAddress, Tally) {
    var failure: Failure?
    do {
      for address in try endpoint.addresses() {
        do throws(Failure) {
          return (address, try await tally(at: address, of: endpoint, on: loop))
        } catch {
          failure = failure ?? error
        }
      }
    } catch {
      throw .unreachable(error)
    }
    throw failure ?? .noResult(status: 0)
  }

  // MARK: From beginning to end

  func run(_ progress: (String) -> Void) async throws(Failure) -> Report {
    try await open(progress)
    let usedByScreens = process.flatMap(ProcessUse.init(of:))
    try await vote(progress)
    let usedByVotes = process.flatMap(ProcessUse.init(of:))
    let (counted, screensRight, settlingTime) = try await compare()
    let votes = await voters.votes
    if votes.acknowledged.total == 0 { throw .noVotes(status: votes.refusal ?? 0) }
    return Report(
      plan: plan, votes: votes, votingTime: await voters.votingTime,
      counted: Tally(yes: counted.yes - before.yes, no: counted.no - before.no),
      screensRight: screensRight, lastScreen: await subscribers.latencies.summary,
      settlingTime: settlingTime, idleConnections: await idleConnections.count.opened,
      idleConnectionsClosed: await idleConnections.count.closed,
      server: use(usedByScreens, usedByVotes, in: await voters.votingTime), openFiles: openFiles)
  }

  private func open(_ progress: (String) -> Void) async throws(Failure) {
    await subscribers.open()
    await idleConnections.open()
    _ = try await wait(atMost: .seconds(60)) { () throws(Failure) in
      guard try await openScreens() == plan.screens else { return false }
      return await idleConnections.isDone
    } telling: {
      progress("\(await subscribers.openCount) of \(plan.screens) screens are open")
    }
    // What is left of the idle connections is no reason not to vote.
    let open = await subscribers.openCount
    if open < plan.screens { throw .stuck(open: open, screens: plan.screens) }
  }

  private func vote(_ progress: (String) -> Void) async throws(Failure) {
    await voters.vote()
    let time = Duration.seconds(plan.seconds) + Self.patience
    _ = try await wait(atMost: time) { () throws(Failure) in
      _ = try await openScreens()
      return await voters.isDone
    } telling: {
      let seconds = await voters.votingTime.components.seconds
      let votes = await voters.votes.acknowledged.total
      let last = await subscribers.latencies.times.last.map {
        ", the last screen \($0.milliseconds) ms"
      }
      progress("\(seconds) s of \(plan.seconds): \(votes) votes acknowledged\(last ?? "")")
    }
    await voters.close()
  }

  /// The tally that the server ends with, how many screens show it, and after which time all did.
  private func compare() async throws(Failure) -> (Tally, Int, Duration?) {
    let tally = try await Self.tally(at: address, of: endpoint, on: loops[1])
    let isSettled = try await wait(atMost: Self.patience) { () throws(Failure) in
      _ = try await openScreens()
      return await subscribers.count(showing: tally) == plan.screens
    }
    let time = await LoopClock.system.now - voters.ended
    return (tally, await subscribers.count(showing: tally), isSettled ? time : nil)
  }

  /// For what should take no time.
  private static let patience: Duration = .seconds(10)

  private func openScreens() async throws(Failure) -> Int {
    if let failure = await subscribers.failure { throw failure }
    return await subscribers.openCount
  }

  func end() async {
    await subscribers.close()
    await idleConnections.close()
    await voters.close()
    for loop in loops { loop.stop() }
  }

  // MARK: Details

  private func use(
    _ byScreens: ProcessUse?, _ byVotes: ProcessUse?, in time: Duration
  ) -> ServerUse? {
    guard let usedBefore, let byScreens, let byVotes, time > .zero else { return nil }
    let cores = (byVotes.cpu - byScreens.cpu) / time
    return ServerUse(
      memoryBytes: byVotes.memoryBytes,
      memoryBytesPerScreen: max(0, byScreens.memoryBytes - usedBefore.memoryBytes) / plan.screens,
      cores: (cores * 100).rounded() / 100,
      cpuMicrosecondsPerScreen: (cores * 1_000_000 / Double(plan.screens)).rounded())
  }

  /// Asks `/result.json`.
  private static func tally(
    at address: SocketAddress, of endpoint: Endpoint, on loop: EventLoop
  ) async throws(Failure) -> Tally {
    let request = Request(on: loop)
    switch await request.get("/result.json", at: address, of: endpoint) {
    case .notSent(let error): throw .unreachable(error)
    case .unanswered: throw .noResult(status: 0)
    case .responded(let response):
      do {
        let result = try JSONDecoder().decode(Result.self, from: Data(response.body))
        if result.open == false { throw Failure.votingClosed }
        return Tally(yes: result.yes, no: result.no)
      } catch {
        throw (error as? Failure) ?? .noResult(status: response.status)
      }
    }
  }

  private struct Result: Decodable {
    let yes: Int
    let no: Int
    let open: Bool?
  }

  /// Asks again and again until it is so, or the time is over, and tells how it goes meanwhile.
  private func wait(
    atMost time: Duration, _ isSo: () async throws(Failure) -> Bool,
    telling: () async -> Void = {}
  ) async throws(Failure) -> Bool {
    let deadline = LoopClock.system.now + time
    var nextTold = LoopClock.system.now
    while try await !isSo() {
      let now = LoopClock.system.now
      if now > deadline { return false }
      if now > nextTold {
        await telling()
        nextTold = now + .milliseconds(100)
      }
      // A task that is cancelled asks more often, and no longer.
      try? await Task.sleep(for: .milliseconds(5))
    }
    return true
  }
}
