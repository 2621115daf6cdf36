import EventLoop
import Synchronization

/// One-time codes that let a phone in: each opens one session, within two minutes. They are kept in
/// memory alone. May be used from any thread.
final class Pairings: Sendable {
  static let lifetime: Duration = .milliseconds(lifetimeMilliseconds)
  static let lifetimeMilliseconds = 120_000
  /// At once; the oldest gives way.
  static let max = 8
  /// In front of a code: it tells a code from a key.
  static let prefix = "pair-"

  private struct Waiting {
    let code: String
    let end: Instant
  }

  private let clock: LoopClock
  private let waiting = Mutex<[Waiting]>([])

  init(clock: LoopClock) { self.clock = clock }

  /// A new code, with its prefix.
  func make() -> String {
    let code = Base32.text(of: .random(in: .min ... .max))
    let now = clock.now
    waiting.withLock { waiting in
      waiting.removeAll { $0.end <= now }
      if waiting.count >= Self.max { waiting.removeFirst() }
      waiting.append(Waiting(code: code, end: now + Self.lifetime))
    }
    return Self.prefix + code
  }

  static func isCode(_ text: String) -> Bool { text.hasPrefix(prefix) }

  /// Whether the code is one that waits. It is used up by this.
  func redeem(_ text: String) -> Bool {
    guard Self.isCode(text) else { return false }
    let code = Base32.folded(String(text.dropFirst(Self.prefix.count)))
    let now = clock.now
    return waiting.withLock { waiting in
      waiting.removeAll { $0.end <= now }
      // It has 128 bits and is gone in two minutes: nobody learns it from how long this takes.
      guard let index = waiting.firstIndex(where: { $0.code == code }) else { return false }
      waiting.remove(at: index)
      return true
    }
  }

  /// Takes all of them back.
  func removeAll() { waiting.withLock { $0 = [] } }
}
