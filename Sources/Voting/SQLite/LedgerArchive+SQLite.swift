import Platform

extension LedgerArchive {
  // MARK: Out of a file

  /// Reads a database that no server has, and that agrees with itself.
  /// - Throws: `LedgerError`: `.inUse` where a server has it, `.unsound` where a recount would find
  ///   something.
  public init(database path: String) throws(LedgerError) {
    let file = try DatabaseFile(existing: path)
    let lock = try file.lock()
    defer { _ = lock.isInPlace }
    let recount = try Recount(path: path)
    if let found = recount.inconsistencies.first {
      throw .unsound(path: path, reason: found.disclosed)
    }
    let reader = try DatabaseReader(path, isShared: false)
    let version = try Schema.version(reader.connection, newest: Schema.migrations.count)
    if version < Schema.migrations.count { throw .older(path: path, version: version) }
    let contents = try Schema.contents(reader.connection)
    secret = try Schema.secret(reader.connection)
    deskKey = contents.deskKey
    room = contents.room
    sequence = contents.counters.sequence
    record = try Schema.wholeRecord(reader.connection)
    fingerprints = try Schema.fingerprints(reader.connection)
    ballots = [:]
    for round in room.rounds {
      ballots[round.number] = try Schema.ballots(reader.connection, round: round.number)
    }
    try reader.checkIsUnchanged()
  }

  // MARK: Into a file

  /// Makes a database of it, where there is none. It appears when all of it is there.
  /// - Throws: `LedgerError`: `.exists` where there is a file.
  public func write(newDatabase path: String) throws(LedgerError) {
    if Connection.libraryNumber < Schema.libraryNumberMin {
      throw .oldLibrary(version: Connection.libraryVersion)
    }
    try Self.checkIsNew(path)
    let draft = "\(path)-unfinished"
    let lock = try Self.lock(draft, for: path)
    defer { _ = lock.isInPlace }
    // Somebody may have ended us the last time.
    Self.remove(draft)
    defer { Self.remove(draft) }
    try write(draft: draft)
    let recount = try Recount(path: draft)
    if let found = recount.inconsistencies.first {
      throw .unsound(path: path, reason: found.disclosed)
    }
    do throws(SystemError) {
      try PrivateFile.publish(draft, as: path)
    } catch  where error.errno == .fileExists {
      throw .exists(path: path)
    } catch {
      throw .cannotOpen(path: path, reason: error.reason)
    }
  }

  /// What belongs to a file by its name is there neither.
  private static func checkIsNew(_ path: String) throws(LedgerError) {
    for suffix in ["", "-journal"] {
      // What cannot be looked at is not there, or cannot be made there.
      if (try? FileStatus(of: path + suffix)) != nil { throw .exists(path: path) }
    }
    if (try? FileStatus(of: path + "-wal")) != nil { throw .logAlone(path: path) }
  }

  private static func lock(_ draft: String, for path: String) throws(LedgerError) -> FileLock {
    do throws(SystemError) {
      if let lock = try FileLock.take("\(draft)-lock") { return lock }
    } catch {
      throw .cannotOpen(path: path, reason: error.reason)
    }
    throw .inUse(path: path)
  }

  private static func remove(_ draft: String) {
    for suffix in ["", "-wal", "-shm", "-journal"] { PrivateFile.remove(draft + suffix) }
  }

  private func write(draft path: String) throws(LedgerError) {
    let file = try DatabaseFile(creating: path)
    let database = try LedgerDatabase(
      file, busyTimeout: .seconds(2), migrations: Schema.migrations)
    let step = StepChanges(
      from: Room(), to: room, entries: record, fingerprints: fingerprints)
    var counters = Counters()
    counters.sequence = sequence
    counters.published = published
    let seal = Seal(secret: secret)
    var sealed = Sealed()
    sealed.commits = 1
    sealed.counters = counters
    sealed.apply(step, seal)
    try database.begin()
    do throws(LedgerError) {
      try database.connection.execute("UPDATE counters SET secret = '\(hex(secret))' WHERE id = 1")
      try database.statements.write(step)
      for round in room.rounds {
        let ballots = ballots[round.number, default: [:]].values.sorted { $0.voter < $1.voter }
        try database.statements.add(ballots, round: round.number)
        for ballot in ballots { sealed.ballots &+= seal.ballot(ballot, round: round.number) }
      }
      try database.statements.save(counters)
      try database.statements.save(deskKey: deskKey)
      try database.statements.save(sealed, seal.total(sealed), isWhole: true)
      try database.commit()
    } catch {
      database.rollback()
      throw error
    }
    guard database.consolidate() else {
      throw .failed(path: path, reason: "its log cannot be moved into it")
    }
  }
}
