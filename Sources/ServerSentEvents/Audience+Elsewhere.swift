import Synchronization

/// Subscribers that other servers have.
struct Elsewhere: Equatable {
  var count = 0
  /// By the names of the groups.
  var groups: [String: Int] = [:]
}

/// Where several servers send the same to their subscribers, each with an audience of its own, people
/// want to know how many there are in all.
extension Audience {
  /// Adds the subscribers of other servers to `countEverywhere` and to the presence event. Nothing
  /// else goes by them: limits and `count` are about this audience.
  ///
  /// How many they are is for the caller to find out, and to say again when it changes; what was said
  /// before is replaced. May be called from any thread, and never waits.
  /// - Parameters:
  ///   - count: of all others together, without this audience.
  ///   - groups: of those, by the groups that this audience has; default: none.
  public func setElsewhere(_ count: Int, groups: [String: Int] = [:]) {
    let new = Elsewhere(count: count, groups: groups)
    let isNews = elsewhere.withLock { last in
      defer { last = new }
      return last != new
    }
    if isNews { sendPresence() }
  }

  /// The subscribers connected now, with those that `setElsewhere` was told of.
  public var countEverywhere: Int { count + elsewhere.withLock { $0.count } }

  /// The same of a group; 0 for one that there is not.
  public func countEverywhere(of group: String) -> Int {
    guard groups.contains(group) else { return 0 }
    return count(of: group) + elsewhere.withLock { $0.groups[group] ?? 0 }
  }
}
