import EventLoop
import Platform

/// One rehearsal.
struct Run {
  let plan: Plan
  let servers: [FoundServer]
  /// What was counted before.
  let before: Tally
  let used: UsedProcesses
  let usedBefore: ProcessesUse?
  let openFiles: Int
  let loops: [EventLoop]
  let screens: any Screens
  /// None beside a crowd.
  let idleConnections: IdleConnections
  let showTimes: ShowTimes
  let voters: Voters

  /// - Parameter start: `nil` where the screens are in this process.
  init(
    _ plan: Plan, at endpoints: [Endpoint], _ used: UsedProcesses, _ start: StartScreens?
  ) async throws(Failure) {
    self.plan = plan
    self.used = used
    let limit = OpenFiles.raiseLimit()
    openFiles = limit
    let loops: [EventLoop]
    do throws(SystemError) {
      loops = try EventLoop.start(count: 2)
    } catch {
      throw .system(error)
    }
    self.loops = loops
    do throws(Failure) {
      (servers, before) = try await Self.find(endpoints, on: loops[1])
    } catch {
      for loop in loops { loop.stop() }
      throw error
    }
    usedBefore = used.now
    let idle = start == nil ? plan.idleConnections(openFiles: limit) : 0
    idleConnections = IdleConnections(size: idle, at: servers[0], on: loops[0])
    if let start {
      let parts = Crowd.parts(
        screens: plan.screens, servers: servers.count,
        maxPerProcess: Plan.maxScreensHeld(openFiles: limit))
      showTimes = ShowTimes(groups: parts.count)
      screens = Crowd(parts, showTimes, start: start)
    } else {
      let showTimes = ShowTimes(groups: 1)
      self.showTimes = showTimes
      screens = Subscribers(size: plan.screens, at: servers[0], on: loops[0]) { total, at in
        showTimes.shown(total: total, at: at, by: 0)
      }
    }
    voters = Voters(plan, at: servers, before: before.total, showTimes, on: loops[1])
  }

  /// - Returns: the servers, and the tally that all of them have.
  private static func find(
    _ endpoints: [Endpoint], on loop: EventLoop
  ) async throws(Failure) -> ([FoundServer], Tally) {
    var servers: [FoundServer] = []
    var tallies: [Tally] = []
    for endpoint in endpoints {
      let (server, tally) = try await FoundServer.find(endpoint, on: loop)
      servers.append(server)
      tallies.append(tally)
    }
    if Set(tallies.map(\.total)).count > 1 { throw .notOneTally(tallies) }
    return (servers, tallies[0])
  }

  // MARK: From beginning to end

  func run(_ progress: (String) -> Void) async throws(Failure) -> Report {
    try await open(progress)
    let usedByScreens = used.now
    _ = await screens.count(showing: before)
    let talliesBefore = await screens.talliesCount
    try await vote(progress)
    let usedByVotes = used.now
    let (counted, screensRight, settlingTime) = try await compare()
    let votes = await voters.votes
    if votes.acknowledged.total == 0 { throw .noVotes(status: votes.refusal ?? 0) }
    let tallies = await screens.talliesCount - talliesBefore
    var report = Report(
      plan: plan, votes: votes, votingTime: await voters.votingTime,
      counted: Tally(yes: counted[0].yes - before.yes, no: counted[0].no - before.no),
      screensRight: screensRight, lastScreen: showTimes.latencies.summary,
      settlingTime: settlingTime, idleConnections: await idleConnections.count.opened,
      idleConnectionsClosed: await idleConnections.count.closed,
      server: nil, openFiles: openFiles)
    report.servers = servers.count
    report.serversDiffer = Set(counted).count > 1
    report.answers = await voters.answers.summary
    report.tallies = tallies
    if let usedBefore, let usedByScreens, let usedByVotes {
      let time = await voters.votingTime
      report.server = ServerUse(
        usedBefore.servers, usedByScreens.servers, usedByVotes.servers, screens: plan.screens,
        in: time)
      report.store = StoreUse(usedByScreens.store, usedByVotes.store, in: time)
    }
    return report
  }

  private func open(_ progress: (String) -> Void) async throws(Failure) {
    await screens.open()
    await idleConnections.open()
    var most = 0
    repeat {
      // While more of them open, it goes on.
      most = await screens.openCount
      _ = try await wait(atMost: Self.openingPatience) { () throws(Failure) in
        guard try await openScreens() == plan.screens else { return false }
        return await idleConnections.isDone
      } telling: {
        progress("\(await screens.openCount) of \(plan.screens) screens are open")
      }
    } while await (most..<plan.screens).dropFirst().contains(screens.openCount)
    // What is left of the idle connections is no reason not to vote.
    let open = await screens.openCount
    if open < plan.screens { throw .stuck(open: open, screens: plan.screens) }
  }

  private static let openingPatience: Duration = .seconds(60)

  private func vote(_ progress: (String) -> Void) async throws(Failure) {
    await voters.vote()
    let time = Duration.seconds(plan.seconds) + Self.patience
    _ = try await wait(atMost: time) { () throws(Failure) in
      _ = try await openScreens()
      return await voters.isDone
    } telling: {
      let seconds = await voters.votingTime.components.seconds
      let votes = await voters.votes.acknowledged.total
      let last = showTimes.latencies.times.last.map {
        ", the last screen \($0.milliseconds) ms"
      }
      progress("\(seconds) s of \(plan.seconds): \(votes) votes acknowledged\(last ?? "")")
    }
    await voters.close()
  }

  /// The tallies that the servers end with, how many screens show that, and after which time all did.
  private func compare() async throws(Failure) -> ([Tally], Int, Duration?) {
    var tallies: [Tally] = []
    let isSettled = try await wait(atMost: Self.patience) { () throws(Failure) in
      _ = try await openScreens()
      // One tally of several servers comes to each of them in its own time.
      if Set(tallies).count != 1 {
        tallies = []
        for server in servers { tallies.append(try await server.tally(on: loops[1])) }
      }
      guard Set(tallies).count == 1 else { return false }
      return await screens.count(showing: tallies[0]) == plan.screens
    }
    let right = await screens.count(showing: tallies[0])
    guard isSettled else { return (tallies, right, nil) }
    let shown = showTimes.time(of: tallies[0].total) ?? LoopClock.system.now
    return (tallies, right, max(.zero, await shown - voters.ended))
  }

  /// For what should take no time.
  private static let patience: Duration = .seconds(10)

  private func openScreens() async throws(Failure) -> Int {
    if let failure = await screens.failure { throw failure }
    return await screens.openCount
  }

  func end() async {
    await screens.close()
    await idleConnections.close()
    await voters.close()
    for loop in loops { loop.stop() }
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
