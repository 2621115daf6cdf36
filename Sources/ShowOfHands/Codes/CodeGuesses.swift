import EventLoop
import Platform
import Synchronization

/// Counts wrong codes, of every client and of all together, and slows down whoever guesses. Addresses
/// are kept in memory alone, and only while they matter. May be used from any thread.
///
/// A hall types its codes all at once and may come from one address, so only wrong codes count, and a
/// right one works at once. That is as good as any limit up to the number of wrong codes that people
/// cannot reach and programs can: past it, codes are not looked at for a moment, or a guesser would
/// learn which are right as fast as the server answers. Whoever has had a code accepted brings its seal
/// and is not held up by that.
///
/// What a guesser can reach: over all, 100 codes a second are looked at for long, 1.45 million in an
/// evening of four hours. Of 8.5e11 codes 300 are good, so that one in 2,000 such evenings, of nothing
/// but guessing, finds one of them.
final class CodeGuesses: Sendable {
  /// So many wrong codes of a client are answered as what they are; the next are told to wait.
  static let patience = 30
  /// With so many, codes of this client are not looked at.
  static let maxOfClient = 3_000
  /// So many a second are forgotten.
  static let forgottenOfClient = 10.0
  /// With so many, codes of nobody are looked at.
  static let maxOfAll = 10_000
  static let forgottenOfAll = 100.0
  /// So many clients are told apart. Those beyond count among all.
  static let maxClients = 4_096

  private struct Count {
    var wrong = 0.0
    var at: Instant

    /// As many as are not forgotten.
    func remaining(at now: Instant, forgotten: Double) -> Double {
      let (seconds, attoseconds) = at.duration(to: now).components
      return max(0, wrong - forgotten * (Double(seconds) + Double(attoseconds) / 1e18))
    }

    mutating func forget(at now: Instant, _ forgotten: Double) {
      self = Count(wrong: remaining(at: now, forgotten: forgotten), at: now)
    }
  }

  private struct State {
    var all: Count
    var clients: [PeerAddress: Count] = [:]
  }

  private let clock: LoopClock
  private let state: Mutex<State>

  init(clock: LoopClock = .system) {
    self.clock = clock
    state = Mutex(State(all: Count(at: clock.now)))
  }

  /// How many clients are told apart now.
  var clientCount: Int { state.withLock { $0.clients.count } }

  /// - Returns: in how many seconds a code of this client is looked at again; `nil`: now.
  func wait(for client: PeerAddress?) -> Int? {
    let now = clock.now
    return state.withLock { state in
      let ofAll = state.all.remaining(at: now, forgotten: Self.forgottenOfAll)
      let ofClient = client.flatMap { state.clients[$0.network] }?
        .remaining(at: now, forgotten: Self.forgottenOfClient)
      let waits = [
        Self.seconds(from: ofAll, to: Double(Self.maxOfAll), Self.forgottenOfAll),
        Self.seconds(from: ofClient ?? 0, to: Double(Self.maxOfClient), Self.forgottenOfClient),
      ]
      return waits.compactMap(\.self).max()
    }
  }

  /// Notes a wrong code.
  /// - Returns: where there were too many already, in how many seconds the next one is answered as
  ///   usual.
  func note(_ client: PeerAddress?) -> Int? {
    let now = clock.now
    return state.withLock { state in
      state.all.forget(at: now, Self.forgottenOfAll)
      state.all.wrong += 1
      guard let client = client?.network else { return nil }
      if state.clients[client] == nil, state.clients.count >= Self.maxClients {
        state.clients = state.clients.filter {
          $0.value.remaining(at: now, forgotten: Self.forgottenOfClient) > 0
        }
        if state.clients.count >= Self.maxClients { return nil }
      }
      var count = state.clients[client] ?? Count(at: now)
      count.forget(at: now, Self.forgottenOfClient)
      count.wrong += 1
      state.clients[client] = count
      return Self.seconds(from: count.wrong, to: Double(Self.patience) + 1, Self.forgottenOfClient)
    }
  }

  /// Until so many are left that there may be one more.
  private static func seconds(from count: Double, to max: Double, _ forgotten: Double) -> Int? {
    count < max ? nil : Int(((count - max) / forgotten).rounded(.down)) + 1
  }
}

extension PeerAddress {
  /// What one household or machine has: an IPv4 address, and of IPv6 the first half.
  fileprivate var network: PeerAddress {
    guard case .internet(let address) = self, !address.isIPv4 else { return self }
    return .internet(address.prefix(Self.networkBits))
  }

  private static let networkBits = 64
}
