import EventLoop
import Platform

/// All the voters, on one loop. They vote by the clock: a slow response does not put the next vote
/// off for as long as one of them is free.
actor Voters {
  nonisolated let loop: EventLoop
  private let schedule: Schedule
  private let connections: [ClientConnection]
  /// Those that may vote, by their index.
  private var free: [Int]
  /// For each server.
  private let yes: [[UInt8]]
  private let no: [[UInt8]]
  private let showTimes: ShowTimes
  /// What was counted before the first vote.
  private let before: Int

  private(set) var votes = Votes()
  /// Of those that were acknowledged, from when they were sent.
  private(set) var answers = AnswerTimes()
  private var started = LoopClock.system.now
  private var isSending = false
  /// A vote that is sent from then on is timed.
  private var nextTimed = LoopClock.system.now
  /// From the first vote to the last acknowledgement.
  private(set) var votingTime: Duration = .zero

  nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

  /// - Parameters:
  ///   - servers: of one tally; each voter has one of them.
  ///   - before: what was counted before the first vote.
  init(
    _ plan: Plan, at servers: [FoundServer], before: Int, _ showTimes: ShowTimes,
    on loop: EventLoop
  ) {
    self.loop = loop
    self.showTimes = showTimes
    self.before = before
    schedule = Schedule(plan)
    connections = (0..<plan.voters).map {
      ClientConnection(to: servers[$0 % servers.count].address, on: loop)
    }
    free = Array(connections.indices)
    yes = servers.map { $0.endpoint.request("/vote?yes=true") }
    no = servers.map { $0.endpoint.request("/vote?yes=false") }
  }

  /// Begins to vote; `isDone` tells when it is over.
  func vote() {
    started = LoopClock.system.now
    isSending = true
    sendUntilDone()
  }

  /// Every vote is sent, or its time is over, and every response has come.
  var isDone: Bool { !isSending && votes.answeredCount == votes.sent }

  /// The moment of the last acknowledgement.
  var ended: Instant { started + votingTime }

  private func sendUntilDone() {
    sendDue()
    let time = LoopClock.system.now - started
    if votes.sent == schedule.count || time > schedule.duration + Self.overtime {
      isSending = false
    } else {
      loop.schedule(after: Self.sendInterval) { self.sendUntilDone() }
    }
  }

  private static let sendInterval: Duration = .milliseconds(1)
  /// For the last votes to find a free voter.
  private static let overtime: Duration = .seconds(1)

  private func sendDue() {
    let due = schedule.due(after: LoopClock.system.now - started)
    while isSending, votes.sent < due, let voter = free.popLast() { send(by: voter) }
  }

  private func send(by voter: Int) {
    let number = votes.sent
    let due = started + schedule.time(of: number)
    // Not one for one, so that a server which mixes the responses up is found out.
    let isYes = !number.isMultiple(of: 3)
    votes.sent += 1
    let now = LoopClock.system.now
    if now - due > Votes.lateness { votes.late += 1 }
    let isTimed = now >= nextTimed
    if isTimed { nextTimed = now + Self.timedInterval }
    let request = (isYes ? yes : no)[voter % yes.count]
    connections[voter].send(request) { outcome in
      self.didVote(outcome, yes: isYes, sent: now, due: isTimed ? due : nil, by: voter)
    }
  }

  /// Ten votes a second tell enough, and cost little.
  private static let timedInterval: Duration = .milliseconds(100)

  private func didVote(
    _ outcome: ClientConnection.Outcome, yes: Bool, sent: Instant, due: Instant?, by voter: Int
  ) {
    votes.add(outcome, yes: yes)
    if case .responded(let response) = outcome, response.status == 200 {
      let now = LoopClock.system.now
      votingTime = now - started
      answers.add(now - sent)
      // The tally that has this vote in it goes out before the acknowledgement, and has all that
      // were acknowledged before: a total as large as their number shows that it has arrived.
      if let due { showTimes.expect(total: before + votes.acknowledged.total, since: due) }
    }
    free.append(voter)
    // A voter that cannot connect must not try again and again at once: the timer tries.
    if case .responded = outcome { sendDue() }
  }

  /// Waits for no response any more, and closes every connection.
  func close() {
    isSending = false
    for connection in connections { connection.close() }
  }
}
