import Platform
import Valkey

extension ValkeyLedger {
  package func start(_ policy: BallotPolicy) throws(LedgerError) -> LedgerContents {
    try reconnecting(begin)
  }

  package func beginStep() throws(LedgerError) -> LedgerContents? { try reconnecting(begin) }

  /// Has the others wait, and reads what there is.
  private func begin() throws(LedgerError) -> LedgerContents {
    cancelStep()
    let deadline = SteadyClock.timeSinceStart() + freezePatience
    var mayThaw = true
    while true {
      try ready()
      if SteadyClock.timeSinceStart() > deadline {
        guard mayThaw, try thawStrange() else { throw fault(.busy) }
        mayThaw = false
      }
      let epoch = mark?.epoch
      let token = String(UInt64.random(in: .min ... .max), radix: 36)
      let reply = try link.run([
        Command(
          "SET", StoreKeys.freeze, token, "NX", "PX", "\(StoreKeys.freezeMilliseconds)")
      ])
      guard reply[0].text == "OK" else {
        SteadyClock.pause(for: Self.freezePause)
        continue
      }
      let contents = try read()
      step = (token, contents.room.version)
      if knownState?.epoch == mark?.epoch, mark?.epoch == epoch { return contents }
      // A new epoch began meanwhile.
      isSettled = false
      cancelStep()
    }
  }

  package func cancelStep() {
    guard let step = step.take(), link.link != nil else { return }
    // Where it fails, the store forgets the step by itself.
    _ = try? link.run([Command("EVAL", Self.thaw, "1", StoreKeys.freeze, step.token)])
  }

  private static let thaw = """
    if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
    return 0
    """

  /// Takes away what keeps everybody waiting and is no step of an instance: the store forgets these in
  /// time.
  /// - Returns: whether there was something.
  func thawStrange() throws(LedgerError) -> Bool {
    try link.run([
      Command("EVAL", Self.thawStrange, "1", StoreKeys.freeze, "\(StoreKeys.freezeMilliseconds)")
    ])[0].number == 1
  }

  private static let thawStrange = """
    local left = redis.call('PTTL', KEYS[1])
    if left ~= -1 and left <= tonumber(ARGV[1]) then return 0 end
    return redis.call('DEL', KEYS[1])
    """

  /// A step that takes its time says that it still goes on.
  func prolongStep() throws(LedgerError) {
    guard let step else { return }
    _ = try link.run([
      Command(
        "EVAL", Self.prolong, "1", StoreKeys.freeze, step.token,
        "\(StoreKeys.freezeMilliseconds)")
    ])
  }

  private static let prolong = """
    if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
    return redis.call('PEXPIRE', KEYS[1], ARGV[2])
    """

  package func write(_ batch: StepBatch) throws(LedgerError) -> Int {
    if batch.step != nil, step == nil { _ = try begin() }
    try ready()
    let freeze = step.take()
    let room = batch.step?.room ?? known.room
    let newest = room.publicRound?.number ?? 0
    let run = link.link?.server.runID ?? ""
    var meta: [String] = []
    if batch.step != nil { meta += Self.fields(of: room) }
    if let key = batch.deskKey { meta += [StoreKeys.Meta.desk.rawValue, hex(key)] }
    let entries = batch.step?.entries.map(\.stored) ?? []
    let fingerprints = batch.step?.fingerprints.map(\.stored) ?? []
    let (status, values) = try link.run(
      .step,
      keys: [
        StoreKeys.meta, StoreKeys.freeze, StoreKeys.record, StoreKeys.fingerprints,
        StoreKeys.round(newest),
      ]
    ) { [meta] command in
      for word in [mark?.epoch ?? "", run] { command.add(word) }
      command.add(mark?.sequence ?? 0)
      for word in [freeze?.token ?? "", "\(freeze?.version ?? 0)", StoreKeys.channel] {
        command.add(word)
      }
      for number in [batch.isNews ? 1 : 0, newest, meta.count, entries.count] {
        command.add(number)
      }
      for word in meta + entries + fingerprints { command.add(word) }
    }
    switch status {
    case .done: break
    case .late, .version, .frozen: throw fault(.late)
    case .epoch, .empty:
      isSettled = false
      throw fault(.late)
    case .damaged:
      noteDamage()
      throw fault(.late)
    }
    guard values.count == 3, let sequence = values[0].count, let counted = values[1].count,
      let steps = values[2].count
    else { throw fault(.corrupt(reason: "its numbers")) }
    noteAcknowledged(sequence: sequence, counted: counted)
    remember(batch, steps: steps)
    return sequence
  }

  /// What the box knows from now on, unless others have done something before.
  private func remember(_ batch: StepBatch, steps: Int) {
    guard batch.isNews else { return }
    if let step = batch.step {
      if let old = known.room.publicRound, old.number != step.room.publicRound?.number {
        pastTallies[old.number] = nil
      }
      known.room = step.room
      known.record = (known.record + step.entries).suffix(LedgerContents.maxRecord)
    }
    if let key = batch.deskKey { known.deskKey = key }
    if let state = knownState, steps == state.steps + 1 {
      knownState = (state.epoch, steps)
    }
  }

  /// The fields of `meta` that say what the room says.
  static func fields(of room: Room) -> [String] {
    let newest = room.publicRound
    let fields: [(StoreKeys.Meta, String)] = [
      (.version, "\(room.version)"), (.open, "\(room.openNumber)"),
      (.newest, "\(newest?.number ?? 0)"),
      (.room, room.stored),
    ]
    return fields.flatMap { [$0.rawValue, $1] }
  }
}

extension Room {
  /// Of the round that takes votes; 0 where none does.
  var openNumber: Int { publicRound.flatMap { $0.isOpen ? $0.number : nil } ?? 0 }
}
