/// When each vote is due: evenly spread, whatever the server does.
struct Schedule {
  let votesPerSecond: Int
  let count: Int
  let duration: Duration

  init(_ plan: Plan) {
    votesPerSecond = plan.votesPerSecond
    count = plan.votesPerSecond * plan.seconds
    duration = .seconds(plan.seconds)
  }

  /// How many votes are due by then.
  func due(after time: Duration) -> Int {
    if time < .zero { return 0 }
    return min(count, Int(time / .seconds(1) * Double(votesPerSecond)) + 1)
  }

  /// From the start to a vote, counted from 0.
  func time(of vote: Int) -> Duration { .seconds(1) * vote / votesPerSecond }
}
