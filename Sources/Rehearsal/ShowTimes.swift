import EventLoop
import Synchronization

/// How long it takes from a vote until every screen shows it. The screens are in one group or in
/// several, each of which tells of itself. May be used from any thread.
final class ShowTimes: Sendable {
  /// A total that every screen should come to show.
  private struct Goal {
    let total: Int
    let since: Instant
  }

  /// From then on every screen of a group showed so many votes.
  private struct Mark {
    let total: Int
    let at: Instant
  }

  private struct State {
    var goals: [Goal] = []
    /// Of each group, oldest first.
    var marks: [[Mark]]
    var latencies = Latencies()
  }

  private let state: Mutex<State>

  /// Goals, and marks of a group, that are kept: a server that shows nothing any more, or more and
  /// more, must not fill the memory here.
  private static let maxKept = 1000

  init(groups: Int) {
    state = Mutex(State(marks: Array(repeating: [], count: groups)))
  }

  var latencies: Latencies { state.withLock { $0.latencies } }

  /// Times how long it takes from `since` until all show so many votes; totals only grow from one to
  /// the next.
  func expect(total: Int, since: Instant) {
    state.withLock { state in
      guard state.goals.count < Self.maxKept else { return }
      state.goals.append(Goal(total: total, since: since))
      Self.settle(&state)
    }
  }

  /// Every screen of the group shows so many since then.
  func shown(total: Int, at: Instant, by group: Int) {
    state.withLock { state in
      state.marks[group].append(Mark(total: total, at: at))
      if state.marks[group].count > Self.maxKept { state.marks[group].removeFirst() }
      Self.settle(&state)
    }
  }

  /// Since when all show so many votes; `nil` where one does not.
  func time(of total: Int) -> Instant? {
    state.withLock { state in
      let times = state.marks.map { $0.first { $0.total >= total }?.at }
      return times.contains(nil) ? nil : times.compactMap(\.self).max()
    }
  }

  private static func settle(_ state: inout State) {
    while let goal = state.goals.first {
      var last = goal.since
      for index in state.marks.indices {
        guard let first = state.marks[index].firstIndex(where: { $0.total >= goal.total }) else {
          return
        }
        // What is below this goal is below all that come.
        state.marks[index].removeFirst(first)
        last = max(last, state.marks[index][0].at)
      }
      state.latencies.add(last - goal.since)
      state.goals.removeFirst()
    }
  }
}
