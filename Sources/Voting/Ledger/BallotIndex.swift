import Synchronization

/// The newest round's ballots in memory, for pages on any thread. A ledger that alone writes them
/// keeps it. Ballots under numbers that no browser will ever be told may be left out.
package final class BallotIndex: Sendable {
  let ballots: Mutex<[Int: Ballot]>

  init(_ ballots: [Int: Ballot]) { self.ballots = Mutex(ballots) }

  subscript(voter: Int) -> Ballot? { ballots.withLock { $0[voter] } }
}
