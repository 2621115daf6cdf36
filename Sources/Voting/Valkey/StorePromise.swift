import Valkey

/// What makes a store's promise good.
enum StorePromise: Equatable {
  /// Every answer comes after what it answers to is on the disk.
  case syncsAlways
  /// It is asked after each change whether it is there (`WAITAOF`).
  case isAsked
  /// Nobody knows.
  case none

  static let oldestServer = ServerFacts.Version(6, 2)
  /// The first whose answers come after the disk also where threads write them.
  private static let firstWithSafeThreads = ServerFacts.Version(7, 0)
  /// `WAITAOF` is there from 7.2, but up to 7.4 it answers too soon where the log goes to the disk every
  /// second only; and so it does in Valkey, which says that it is 7.2.
  private static let firstToAsk = ServerFacts.Version(8, 0)

  init(of server: ServerFacts, _ durability: StoreDurability) throws(StoreFault) {
    if server.version < Self.oldestServer { throw .tooOld(version: "\(server.version)") }
    guard server.isPrimary else { throw .isReplica }
    if Self.syncsAlways(server) {
      self = .syncsAlways
    } else if durability == .strict, server.hasLog, server.version >= Self.firstToAsk {
      self = .isAsked
    } else {
      self = .none
    }
    guard durability == .strict else { return }
    if !server.hasLog { throw .noLog }
    if self == .none { throw .syncsLate }
    if server.maxMemory > 0, server.evictionPolicy != ServerFacts.deletesNothing {
      throw .evicts
    }
  }

  private static func syncsAlways(_ server: ServerFacts) -> Bool {
    server.hasLog && server.logSync == ServerFacts.alwaysSyncs && server.alwaysKeepsToIt
      && (server.version >= firstWithSafeThreads || server.ioThreads == 1)
  }
}
