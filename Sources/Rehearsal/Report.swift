import Platform

/// What a rehearsal showed.
public struct Report: Sendable {
  public var plan: Plan
  public var votes: Votes
  /// From the first vote to the last acknowledgement.
  public var votingTime: Duration
  /// What `/result.json` had more at the end than at the beginning.
  public var counted: Tally
  /// The screens that showed the tally of `/result.json` in the end.
  public var screensRight: Int
  /// From the moment a vote was due until it was acknowledged and every screen had shown it; `nil`
  /// where no vote was timed.
  public var lastScreen: LatencySummary?
  /// From the last acknowledgement until every screen showed the final tally; `nil` where one never
  /// did.
  public var settlingTime: Duration?
  /// The connections that were opened beside the streams, each by loading the page.
  public var idleConnections: Int
  /// Those of them that the server closed.
  public var idleConnectionsClosed: Int
  /// Of the servers together; `nil` where their processes are not known, or the system does not tell.
  public var server: ServerUse?
  /// How many there are.
  public var servers = 1
  /// In the end they had not one tally.
  public var serversDiffer = false
  /// Of the process that keeps their tally.
  public var store: StoreUse?
  /// From sending a vote until it was acknowledged; `nil` where none was.
  public var answers: LatencySummary?
  /// That came to all screens together while people voted.
  public var tallies = 0
  /// The limit on this process's open files.
  public var openFiles: Int

  public init(
    plan: Plan, votes: Votes, votingTime: Duration, counted: Tally, screensRight: Int,
    lastScreen: LatencySummary?, settlingTime: Duration?, idleConnections: Int = 0,
    idleConnectionsClosed: Int = 0, server: ServerUse?, openFiles: Int
  ) {
    self.plan = plan
    self.votes = votes
    self.votingTime = votingTime
    self.counted = counted
    self.screensRight = screensRight
    self.lastScreen = lastScreen
    self.settlingTime = settlingTime
    self.idleConnections = idleConnections
    self.idleConnectionsClosed = idleConnectionsClosed
    self.server = server
    self.openFiles = openFiles
  }

  // MARK: The verdict

  /// Acknowledged, and not counted.
  public var lost: Int {
    max(0, votes.acknowledged.yes - counted.yes) + max(0, votes.acknowledged.no - counted.no)
  }

  /// Counted, and not cast here.
  public var unexpected: Int {
    max(0, counted.yes - votes.acknowledged.yes - votes.unanswered.yes)
      + max(0, counted.no - votes.acknowledged.no - votes.unanswered.no)
  }

  /// Every acknowledged vote is counted, none besides, and every server and screen shows that.
  public var isExact: Bool {
    lost == 0 && unexpected == 0 && !serversDiffer && screensRight == plan.screens
  }

  public var votesPerSecond: Double {
    votingTime > .zero ? Double(votes.acknowledged.total) / (votingTime / .seconds(1)) : 0
  }

  /// Votes that were due and found no free voter until the end.
  public var unsent: Int { Schedule(plan).count - votes.sent }

  public var maxScreens: Int { plan.maxScreens(openFiles: openFiles) }
}

/// What the server's process used.
public struct ServerUse: Sendable, Equatable, Encodable {
  /// Resident, at the end of the voting; what the system keeps for the sockets comes on top.
  public let memoryBytes: Int
  /// How much the resident memory grew while the screens were opened, with their idle connections.
  public let memoryBytesPerScreen: Int
  /// While people voted: 1 is one core, all the time.
  public let cores: Double
  /// For one screen, every second; votes included.
  public let cpuMicrosecondsPerScreen: Double

  public init(
    memoryBytes: Int, memoryBytesPerScreen: Int, cores: Double, cpuMicrosecondsPerScreen: Double
  ) {
    self.memoryBytes = memoryBytes
    self.memoryBytesPerScreen = memoryBytesPerScreen
    self.cores = cores
    self.cpuMicrosecondsPerScreen = cpuMicrosecondsPerScreen
  }

  /// Of what was used before the screens, when they were open, and at the end of the voting.
  init?(
    _ before: ProcessUse, _ byScreens: ProcessUse, _ byVotes: ProcessUse, screens: Int,
    in time: Duration
  ) {
    guard time > .zero else { return nil }
    let cores = (byVotes.cpu - byScreens.cpu) / time
    self.init(
      memoryBytes: byVotes.memoryBytes,
      memoryBytesPerScreen: max(0, byScreens.memoryBytes - before.memoryBytes) / screens,
      cores: (cores * 100).rounded() / 100,
      cpuMicrosecondsPerScreen: (cores * 1_000_000 / Double(screens)).rounded())
  }
}

/// What the process used that keeps the tally of several servers.
public struct StoreUse: Sendable, Equatable, Encodable {
  /// Resident, at the end of the voting.
  public let memoryBytes: Int
  /// While people voted: 1 is one core, all the time.
  public let cores: Double

  public init(memoryBytes: Int, cores: Double) {
    self.memoryBytes = memoryBytes
    self.cores = cores
  }

  /// Of what was used before people voted, and after it.
  init?(_ before: ProcessUse?, _ after: ProcessUse?, in time: Duration) {
    guard let before, let after, time > .zero else { return nil }
    let cores = (after.cpu - before.cpu) / time
    self.init(memoryBytes: after.memoryBytes, cores: (cores * 100).rounded() / 100)
  }
}

extension Report: Encodable {
  private enum Key: CodingKey {
    case exact, lost, unexpected, screens, screensAtFinalTally, seconds
    case votesPerSecondAsked, votesPerSecond, sent, unsent, late, refused
    case acknowledged, unanswered, counted
    case servers, answerMilliseconds, store, tallies
    case lastScreenMilliseconds, settlingMilliseconds, idleConnections, idleConnectionsClosed
    case server, openFilesLimit, maxScreens
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(isExact, forKey: .exact)
    try container.encode(lost, forKey: .lost)
    try container.encode(unexpected, forKey: .unexpected)
    try container.encode(plan.screens, forKey: .screens)
    try container.encode(screensRight, forKey: .screensAtFinalTally)
    try container.encode(plan.seconds, forKey: .seconds)
    try container.encode(plan.votesPerSecond, forKey: .votesPerSecondAsked)
    try container.encode((votesPerSecond * 10).rounded() / 10, forKey: .votesPerSecond)
    try container.encode(votes.sent, forKey: .sent)
    try container.encode(unsent, forKey: .unsent)
    try container.encode(votes.late, forKey: .late)
    try container.encode(votes.refused, forKey: .refused)
    try container.encode(votes.acknowledged, forKey: .acknowledged)
    try container.encode(votes.unanswered, forKey: .unanswered)
    try container.encode(counted, forKey: .counted)
    try container.encode(servers, forKey: .servers)
    try container.encodeIfPresent(answers, forKey: .answerMilliseconds)
    try container.encodeIfPresent(store, forKey: .store)
    try container.encode(tallies, forKey: .tallies)
    try container.encodeIfPresent(lastScreen, forKey: .lastScreenMilliseconds)
    try container.encodeIfPresent(settlingTime?.milliseconds, forKey: .settlingMilliseconds)
    try container.encode(idleConnections, forKey: .idleConnections)
    try container.encode(idleConnectionsClosed, forKey: .idleConnectionsClosed)
    try container.encodeIfPresent(server, forKey: .server)
    try container.encode(openFiles, forKey: .openFilesLimit)
    try container.encode(maxScreens, forKey: .maxScreens)
  }
}
