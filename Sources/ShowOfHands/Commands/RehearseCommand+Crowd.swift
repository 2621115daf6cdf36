import Platform
import Rehearsal

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

// More screens than one server takes: the screens are in processes of their own, and so are servers
// that this program starts. Whatever becomes of this process, their standard input ends with it, and
// so do they.
extension RehearseCommand {
  func runCrowd() async throws(UsageError) -> Int32 {
    let limit = OpenFiles.raiseLimit()
    try checkCrowd(openFiles: limit)
    for endpoint in against { try checkHost(endpoint) }
    if !against.isEmpty {
      try endOnSignal()
      return try say(await rehearse(against, processes: processes, store: nil))
    }
    return try await rehearseOwnCluster(openFiles: limit)
  }

  private func rehearseOwnCluster(openFiles limit: Int) async throws(UsageError) -> Int32 {
    let servers = try ownServers(openFiles: limit)
    let program = try StoreProgram.find()
    let signals = try Service.terminationSignals()
    let cluster = OwnCluster(servers: servers, program) { [ballots, root] in
      .server(store: $0, ballots: ballots, root: root)
    }
    let ending = Task {
      for await signal in signals {
        // What fails from now on fails because of that.
        await cluster.end()
        clearLine()
        CurrentProcess.exit(signal.exitStatus)
      }
    }
    let result: Result<Report, Failure>
    do throws(ClusterError) {
      try await cluster.start { Self.show($0) }
      result = await rehearse(
        await cluster.urls.compactMap { Endpoint($0) }, processes: await cluster.serverNumbers,
        store: await cluster.storeNumber)
    } catch {
      await leave(cluster, ending)
      clearLine()
      StandardError.writeLine(error.description)
      return 1
    }
    await leave(cluster, ending)
    let status = try say(result)
    if status != 0 { for line in await cluster.said { StandardError.writeLine(line) } }
    return status
  }

  /// Ends what was started; does not return where a signal has done so and ends the process.
  private func leave(_ cluster: OwnCluster, _ ending: Task<Void, Never>) async {
    if await cluster.isEnding { return await ending.value }
    await cluster.end()
  }

  private func rehearse(
    _ endpoints: [Endpoint], processes: [Int32], store: Int32?
  ) async -> Result<Report, Failure> {
    do throws(Failure) {
      return .success(
        try await Rehearsal.rehearse(plan, at: endpoints, processes: processes, store: store) {
          (server, screens, source) throws(SystemError) in
          try OwnPart.screens(screens, at: endpoints[server], source: source).start()
        } progress: {
          Self.show($0)
        })
    } catch {
      return .failure(error)
    }
  }

  private func say(_ result: Result<Report, Failure>) throws(UsageError) -> Int32 {
    switch result {
    case .success(let report): return try say(report)
    case .failure(let failure):
      clearLine()
      StandardError.writeLine("\(failure)")
      return 1
    }
  }

  // MARK: What it needs

  /// Memory that the kernel and the programs here take for a stream, both of its ends.
  private static let bytesPerScreen = 12 * 1024

  private func checkCrowd(openFiles limit: Int) throws(UsageError) {
    let screens = plan.screens.withCommas
    let held = Plan.maxScreensHeld(openFiles: limit)
    if held * Self.maxParts < plan.screens {
      throw UsageError(
        "\(screens) screens need more than \(Self.maxParts) processes where each may have "
          + "\(limit.withCommas) open files. Raise the limit, for instance with 'ulimit -n 20000'.")
    }
    let needed = plan.screens * Self.bytesPerScreen
    if let free = SystemMemory.availableBytes(), free < needed {
      throw UsageError(
        "\(screens) screens need some \(needed >> 20) MB of memory here, and \(free >> 20) MB are "
          + "free: ask for at most \((free / Self.bytesPerScreen).withCommas).")
    }
  }

  /// Processes that hold screens, at most.
  private static let maxParts = 32

  /// How many servers of its own take all screens.
  private func ownServers(openFiles limit: Int) throws(UsageError) -> Int {
    let each = min(plan.maxScreens(openFiles: limit), Plan.maxScreensOfOne)
    let servers = each > 0 ? (plan.screens + each - 1) / each : .max
    if servers <= Self.maxServers { return servers }
    throw UsageError(
      "\(plan.screens.withCommas) screens need more than \(Self.maxServers) servers where each may "
        + "have \(limit.withCommas) open files. Raise the limit, for instance with 'ulimit -n 20000'."
    )
  }
}
