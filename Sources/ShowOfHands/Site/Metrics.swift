import HTTPServer
import ServerSentEvents
import Voting

/// What the program does, in the text format of Prometheus (version 0.0.4).
///
/// Reading it costs one visit to each loop; nothing is counted that was not counted
/// anyway.
struct Metrics {
  private(set) var text = ""

  static let mediaType = MediaType("text/plain; version=0.0.4; charset=utf-8")

  init(_ ballotBox: BallotBox, _ audience: Audience, _ server: ServerStatistics?) async {
    add(ballotBox.snapshot)
    add(ballotBox.statistics)
    gauge(
      "vote_wait_seconds", "How long the vote that waits longest has been waiting.",
      [([], ballotBox.longestWait.seconds)])
    add(ballotBox.instances)
    add(await audience.statistics)
    if let server { add(server) }
  }

  // MARK: What it tells

  private mutating func add(_ snapshot: Snapshot) {
    if let disclosed = snapshot.disclosed, let tally = disclosed.tally {
      gauge(
        "tally", "Ballots of the current round, while its numbers are shown.",
        disclosed.round.question.choices.map { ([("answer", $0.rawValue)], tally[$0]) })
    }
    gauge("voted", "Ballots of the current round.", [([], snapshot.disclosed?.voted ?? 0)])
    gauge(
      "votes_missing", "Votes that the store lost, until the host has confirmed it.",
      [([], snapshot.room.missingVotes ?? 0)])
    gauge(
      "round", "The number of the current round; 0 before the first.",
      [([], snapshot.round?.number ?? 0)])
    gauge(
      "round_open", "1 while the current round takes votes.",
      [([], snapshot.round?.isOpen == true ? 1 : 0)])
  }

  private mutating func add(_ votes: BallotBoxStatistics) {
    // Not by what they said: of a round whose numbers are hidden that would tell them.
    counter(
      "votes_total", "Votes acknowledged; moves and repeats too.",
      [([], votes.acknowledged.total)])
    counter(
      "votes_without_page_total", "Those of them that came without a key from a page or a vote.",
      [([], votes.acknowledgedWithoutPage)])
    counter(
      "votes_refused_total", "Votes that did not count, by the reason.",
      [
        ([("reason", "closed")], votes.refusedClosed),
        ([("reason", "other_round")], votes.refusedOtherRound),
        ([("reason", "choice")], votes.refusedChoice),
        ([("reason", "receipt")], votes.refusedReceipt),
        ([("reason", "code")], votes.refusedCode),
        ([("reason", "busy")], votes.refusedBusy),
        ([("reason", "storage")], votes.refusedStorage),
      ])
    counter("commits_total", "Transactions with votes in them.", [([], votes.commits)])
    counter("commit_seconds_total", "Time spent in them.", [([], votes.commitTime.seconds)])
    gauge("commit_seconds_max", "The slowest of them.", [([], votes.slowestCommit.seconds)])
    gauge("commit_votes_max", "Votes in the largest of them.", [([], votes.largestBatch)])
    gauge("storage_fault", "1 while votes cannot be stored.", [([], votes.fault == nil ? 0 : 1)])
    gauge("log_bytes", "The size of the log beside the database.", [([], votes.log.bytes)])
    counter(
      "checkpoint_failures_total", "How often the log could not be moved into the database.",
      [([], votes.log.checkpointFailures)])
  }

  private mutating func add(_ instances: [Instance]) {
    if instances.isEmpty { return }
    func samples<Value>(_ value: (Instance) -> Value) -> [(Labels, Value)] {
      instances.map { ([("instance", $0.name), ("id", $0.id)], value($0)) }
    }
    gauge("instance_screens", "Event streams open at each server.", samples(\.screens))
    gauge("instance_phones", "Those of them that are voters' phones.", samples(\.phones))
    gauge(
      "instance_lag_seconds", "How long each server's last look at the store took.",
      samples { Double($0.lagMilliseconds) / 1_000 })
  }

  private mutating func add(_ loops: [String: AudienceStatistics]) {
    let loops = loops.sorted { $0.key < $1.key }
    func samples<Value>(_ value: (AudienceStatistics) -> Value) -> [(Labels, Value)] {
      loops.map { ([("loop", $0.key)], value($0.value)) }
    }
    gauge("screens", "Event streams open now.", samples(\.subscribers))
    counter("streams_refused_total", "Event streams there was no place for.", samples(\.refused))
    counter("deliveries_total", "Broadcasts a screen's socket took.", samples(\.deliveries))
    counter("conflated_total", "States a slow screen never saw.", samples(\.coalesced))
    counter("dropped_total", "Screens given up for being slow.", samples(\.slowDisconnects))
    counter("broadcasts_total", "Broadcasts to all screens of a loop.", samples(\.broadcasts))
    counter(
      "broadcast_seconds_total", "Time a loop spent in them.", samples(\.broadcastTime.seconds))
    counter("broadcast_bytes_total", "Bytes written to event streams.", samples(\.bytes))
  }

  private mutating func add(_ server: ServerStatistics) {
    gauge("connections", "Connections open now, event streams included.", [([], server.open)])
    gauge("connections_max", "As many as may be open.", [([], server.max)])
    gauge("connections_idle", "Open, with no request and no stream on them.", [([], server.idle)])
    counter("connections_total", "Connections taken in.", [([], server.accepted)])
    counter(
      "connections_refused_total", "Connections turned away because all places were taken.",
      [([], server.rejected)])
    counter(
      "connections_timed_out_total", "Connections closed because something took too long.",
      [([], server.timedOut)])
    counter(
      "connections_reclaimed_total", "Idle connections closed because places were short.",
      [([], server.reclaimed)])
    counter(
      "requests_out_of_memory_total", "Requests refused because their memory was used up.",
      [([], server.outOfMemory)])
    gauge("request_memory_bytes", "Memory that requests under way take.", [([], server.heldBytes)])
  }

  // MARK: How it is written

  private typealias Labels = [(name: String, value: String)]

  private static func escaped(_ value: String) -> String {
    value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      .replacing("\n", with: "\\n")
  }

  private mutating func counter(_ name: String, _ help: String, _ samples: [(Labels, some Any)]) {
    add(name, "counter", help, samples)
  }

  private mutating func gauge(_ name: String, _ help: String, _ samples: [(Labels, some Any)]) {
    add(name, "gauge", help, samples)
  }

  /// Label values are the program's own words, or names of machines.
  private mutating func add(
    _ name: String, _ type: String, _ help: String, _ samples: [(Labels, some Any)]
  ) {
    text += "# HELP showofhands_\(name) \(help)\n# TYPE showofhands_\(name) \(type)\n"
    for (labels, value) in samples {
      let pairs = labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
      text += "showofhands_\(name)\(pairs.isEmpty ? "" : "{\(pairs)}") \(value)\n"
    }
  }
}

extension Duration {
  fileprivate var seconds: Double { self / .seconds(1) }
}
