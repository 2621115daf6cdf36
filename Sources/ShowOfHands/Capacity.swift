import Platform

/// How many browsers this process can serve, by its limit on open files.
struct Capacity: Equatable {
  /// Connections at once, streams included.
  let connections: Int
  /// Event streams at once. They never take the last connections: those are for votes and pages.
  let streams: Int

  /// Threads beside the loops and those of the runtime, which has one per core: for signals, the
  /// ledger, what a store says, the log, the files, the memory, and the runtime's timers.
  private static let otherThreads = 7

  /// To be asked before anything waits: the runtime would wait for ever for a thread it cannot have.
  /// - Throws: `UsageError` where the system allows too few threads.
  static func checkThreads(loops: Int, cores: Int) throws(UsageError) {
    let needed = loops + cores + otherThreads
    do throws(SystemError) {
      try SystemThread.checkAvailable(needed)
    } catch {
      throw UsageError(
        "This process may not have the \(needed) threads it needs (\(error)). Raise the limit, for "
          + "instance with 'ulimit -u 4096', or the one on memory ('ulimit -v').")
    }
  }

  /// Descriptors kept for the database, files, pollers and listeners.
  private static let reservedFiles = 64
  /// Fewer are of no use to anybody: a browser opens several.
  private static let minConnections = 64

  /// - Parameter limit: on open files, sockets included.
  /// - Throws: `UsageError` where it leaves no room for a room.
  init(openFiles limit: Int) throws(UsageError) {
    let needed = Self.reservedFiles + Self.minConnections
    guard limit >= needed else {
      throw UsageError(
        "The limit on open files is \(limit); \(needed) are needed, and some more for every phone "
          + "and screen. Raise it, for instance with 'ulimit -n 4096'.")
    }
    connections = limit - Self.reservedFiles
    streams = connections - connections / 8
  }
}
