import EventLoop
import Platform

// Rehearsal: as many browsers and votes as a server is to stand, and what came of it.
//
// `rehearse` runs a `Plan` from beginning to end. `Subscribers` holds all the event streams, on one
// loop; each `Subscriber` reads its stream with a `TallyReader`. `IdleConnections` holds what
// browsers keep open beside them. Where there are more screens than one process can hold, a `Crowd`
// has them in other processes, which call `holdScreens`; `Screens` is what both can do. `Voters` vote
// by a `Schedule` on another loop, what came of it is in `Votes`, and `ShowTimes` tells how long it
// took to be on every screen. A `Report` compares what was acknowledged with what is counted and
// shown. Nothing here knows more of a server than its addresses: it runs in another process.

/// Opens the screens and their idle connections, votes, and compares what every screen shows.
///
/// It ends by itself: as long as it takes to open the screens while more of them open, the plan's time,
/// and half a minute.
/// - Parameters:
///   - process: the server's number, where it runs on this machine; for its memory and CPU.
///   - progress: told what happens, ten times a second at most.
/// - Throws: `Failure` where it comes to no result. A result that is wrong is a `Report`.
public func rehearse(
  _ plan: Plan, at endpoint: Endpoint, process: Int32? = nil, progress: (String) -> Void
) async throws(Failure) -> Report {
  try await run(
    plan, at: [endpoint], processes: process.map { [$0] } ?? [], store: nil, nil, progress)
}

/// The same for several servers that have one tally, with the screens in processes of their own, and
/// nothing beside their streams.
///
/// - Parameters:
///   - processes: the servers' numbers, where all of them run on this machine; else empty.
///   - store: the number of the process that keeps the tally.
///   - start: starts a process that calls `holdScreens`.
package func rehearse(
  _ plan: Plan, at endpoints: [Endpoint], processes: [Int32], store: Int32?,
  start: @escaping StartScreens, progress: (String) -> Void
) async throws(Failure) -> Report {
  try await run(plan, at: endpoints, processes: processes, store: store, start, progress)
}

private func run(
  _ plan: Plan, at endpoints: [Endpoint], processes: [Int32], store: Int32?,
  _ start: StartScreens?, _ progress: (String) -> Void
) async throws(Failure) -> Report {
  let run = try await Run(plan, at: endpoints, UsedProcesses(processes, store: store), start)
  do throws(Failure) {
    let report = try await run.run(progress)
    await run.end()
    return report
  } catch {
    await run.end()
    throw error
  }
}
