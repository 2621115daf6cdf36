import Platform
import Synchronization
import Valkey

/// Hears what others publish, on a thread and a connection of its own.
///
/// What is published can be lost, and a subscription can be dead without an error. So the store is
/// asked for a sign of life all the time, and after each time that the subscription was confirmed a
/// hint says that anything may have happened.
final class StoreListener: Sendable {
  private let url: ValkeyURL
  private let name: String
  private let heard: Heard
  private let hear: @Sendable (LedgerHint) -> Void
  private let patience: Duration
  private let probe: Duration
  private let isStopped = Mutex(false)

  /// Before the store is tried again.
  private static let pause: Duration = .milliseconds(500)

  /// - Parameters:
  ///   - patience: a subscription that has said nothing for so long is dead.
  ///   - probe: one that has said nothing for so long is asked whether it lives.
  init(
    _ url: ValkeyURL, name: String, _ heard: Heard, patience: Duration = .seconds(3),
    probe: Duration = .seconds(1), _ hear: @escaping @Sendable (LedgerHint) -> Void
  ) {
    self.url = url
    self.patience = patience
    self.probe = probe
    self.name = "\(name)-news"
    self.heard = heard
    self.hear = hear
    // Without it, the store is looked at once a second all the same.
    try? SystemThread.start(name: "store news") { self.run() }
  }

  /// Nothing is heard from now on.
  func stop() { isStopped.withLock { $0 = true } }

  private var isRunning: Bool { isStopped.withLock { !$0 } }

  private func run() {
    while isRunning {
      // Whoever writes to the store says what is wrong with it.
      do throws(ValkeyError) { try listen() } catch { SteadyClock.pause(for: Self.pause) }
    }
  }

  private func listen() throws(ValkeyError) {
    let connection = try ValkeyConnection(to: url, name: name)
    try connection.post(Command("SUBSCRIBE", StoreKeys.channel))
    var lastHeard = SteadyClock.timeSinceStart()
    while isRunning {
      if let reply = try connection.next(upTo: probe) {
        lastHeard = SteadyClock.timeSinceStart()
        take(reply)
      } else {
        if SteadyClock.timeSinceStart() - lastHeard > patience { throw .timedOut }
        try connection.post(Command("PING"))
      }
    }
  }

  private func take(_ reply: Reply) {
    let parts = (reply.items ?? []).map(\.text)
    switch parts.first {
    case "subscribe": tell(.anything)
    case "message":
      // What is not understood may be anything.
      guard parts.count == 3, let news = parts[2].flatMap(StoreNews.init) else {
        return tell(.anything)
      }
      heard.note(news.mark)
      tell(news.hint)
    default: break
    }
  }

  private func tell(_ hint: LedgerHint) {
    if isRunning { hear(hint) }
  }
}

/// How far the store said to all that it came.
final class Heard: Sendable {
  private let newest = Mutex<StoreMark?>(nil)

  var mark: StoreMark? { newest.withLock { $0 } }

  func note(_ mark: StoreMark) {
    newest.withLock { newest in
      if newest?.epoch == mark.epoch { newest?.raise(to: mark) } else { newest = mark }
    }
  }
}

/// What a script publishes: epoch, run, sequence, version, the round's number, its numbers for, against
/// and abstaining, and what was counted in all.
struct StoreNews {
  let mark: StoreMark
  let hint: LedgerHint

  init?(_ text: String) {
    let parts = text.split(separator: " ")
    let numbers = parts.dropFirst(2).map { Int($0) }
    guard parts.count == 9, let sequence = numbers[0], let version = numbers[1],
      let yes = numbers[3], let no = numbers[4], let abstain = numbers[5], let counted = numbers[6],
      [sequence, yes, no, abstain, counted].allSatisfy(Counters.countRange.contains)
    else { return nil }
    let epoch = String(parts[0])
    mark = StoreMark(epoch: epoch, sequence: sequence, counted: counted)
    hint = LedgerHint(
      epoch: epoch, version: version,
      numbers: LedgerNumbers(
        sequence: sequence, tally: Tally(yes: yes, no: no, abstain: abstain)))
  }
}

extension LedgerHint {
  /// It is of no epoch that there is: whoever hears it looks.
  fileprivate static let anything = LedgerHint(
    epoch: "", version: 0, numbers: LedgerNumbers(sequence: 0, tally: Tally()))
}
