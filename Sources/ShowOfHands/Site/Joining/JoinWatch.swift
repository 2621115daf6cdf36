import Synchronization

/// Remembers at which addresses phones have opened the voting page: only that proves that an address
/// is right. Any thread may tell it.
final class JoinWatch: Sendable {
  private struct State {
    /// When the first one came, in milliseconds since 1970.
    var firstVisits: [Authority: Int] = [:]
    /// In the order of their first visits.
    var order: [Authority] = []
  }

  private let state = Mutex(State())

  /// What a `Host` field says is the client's choice: of more than so many, the oldest is forgotten.
  static let maxAuthorities = 64

  /// Notes a visit from another machine.
  /// - Parameter host: how that machine calls this one, as in a `Host` field.
  /// - Returns: whether it is the first one there.
  @discardableResult
  func note(visitAt host: String, milliseconds: Int) -> Bool {
    guard let authority = Authority(host) else { return false }
    return state.withLock { state in
      guard state.firstVisits[authority] == nil else { return false }
      if state.order.count == Self.maxAuthorities {
        state.firstVisits[state.order.removeFirst()] = nil
      }
      state.firstVisits[authority] = milliseconds
      state.order.append(authority)
      return true
    }
  }

  /// When the first phone came through an address, in milliseconds since 1970; `nil` where none has.
  func firstVisit(at url: String) -> Int? {
    guard let origin = WebOrigin(ofURL: url) else { return nil }
    return state.withLock { state in
      state.order.first { origin.matches($0) }.flatMap { state.firstVisits[$0] }
    }
  }
}
