/// What is wrong with a store. The description goes on from its name to the end of a sentence for the
/// person who runs the server.
public enum StoreFault: Error, Equatable, Sendable {
  /// There is no connection, or it was lost.
  case unreachable(reason: String)
  /// It does not let us in, or do what we ask.
  case denied(reason: String)
  /// It has something else in the database.
  case foreign
  /// A newer program counts there.
  case newer(format: Int)
  /// Its ledger is not the one that we have counted in.
  case replaced
  case isReplica
  case isCluster
  case tooOld(version: String)
  /// It keeps nothing on its disk.
  case noLog
  /// It answers before it has written to its disk.
  case syncsLate
  /// It deletes what it has when its memory is full.
  case evicts
  case full
  /// Another instance does a step, and does not come to an end.
  case busy
  /// Our step took so long that the others did not wait for it. It was not done.
  case late
  case corrupt(reason: String)
  /// There is no ledger to be read.
  case nothing
  /// There is something where a ledger was to be written.
  case notEmpty
  /// So many servers count there.
  case inUse(servers: Int)
  /// A recount finds something.
  case unsound(reason: String)
  case failed(reason: String)
}

extension StoreFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreachable(let reason):
      "cannot be reached (\(reason)): check that it runs, and that its address is right"
    case .denied(let reason):
      "does not let us in (\(reason)): check the name and the password in its address, and what they"
        + " may do there"
    case .foreign:
      "has something else in this database, which was left alone: use the number of an empty one, as"
        + " in valkey://host:6379/1"
    case .newer(let format):
      "is used by a newer version of this program (format \(format)): use that version, or an empty"
        + " database"
    case .replaced:
      "has other votes than the ones that were counted here: put them back, or start this server"
        + " again to go on with those that are there"
    case .isReplica:
      "is a replica and takes no votes: use the address of the primary, or of what leads to it"
    case .isCluster:
      "is a cluster, which this program does not speak: use a single server, with replicas if need be"
    case .tooOld(let version):
      "is version \(version): install Valkey, or Redis 6.2 or later"
    case .noLog:
      "keeps nothing on its disk: set `appendonly yes` there, or allow it with --store-durability"
        + " relaxed"
    case .syncsLate:
      "may answer before it has written to its disk: set `appendfsync always`,"
        + " `no-appendfsync-on-rewrite no` and, before version 7, `io-threads 1` there, or allow it"
        + " with --store-durability relaxed"
    case .evicts:
      "deletes what it has when its memory is full: set `maxmemory-policy noeviction` there, or allow"
        + " it with --store-durability relaxed"
    case .full: "is full: give it more memory (`maxmemory`)"
    case .busy: "waits for another server that does not finish: it goes on within seconds"
    case .late: "did not wait for a step that took too long: try it again"
    case .corrupt(let reason):
      "is damaged (\(reason)): put back a copy of it, or use an empty database"
    case .nothing: "has no votes in this database: check its address, and the number behind it"
    case .notEmpty:
      "has something in this database, which was left alone: use the number of an empty one, as in"
        + " valkey://host:6379/1"
    case .inUse(let servers):
      "is in use by \(servers) \(servers == 1 ? "server: stop it" : "servers: stop them"), or wait a few seconds if they were killed"
    case .unsound(let reason):
      "does not agree with itself (\(reason)): see what recount says of it"
    case .failed(let reason): "cannot store votes (\(reason)): look into its log"
    }
  }
}
