/// Why a ledger cannot be opened, read or written. The description is one sentence for the person
/// who runs the server.
public enum LedgerError: Error, Equatable, Sendable {
  /// The file cannot be made, or its directory is missing or closed to us.
  case cannotOpen(path: String, reason: String)
  /// The file was only to be read, and cannot be.
  case cannotRead(path: String, reason: String)
  /// The file was only to be read, and there is none.
  case missing(path: String)
  case readOnly(path: String)
  /// The file is not a ledger.
  case foreign(path: String)
  case corrupt(path: String, reason: String)
  /// A newer program wrote the file.
  case newer(path: String, version: Int)
  /// An older program wrote the file, and we were to change nothing in it.
  case older(path: String, version: Int)
  /// A new file was to be made, and there is one.
  case exists(path: String)
  /// A recount finds something, or would.
  case unsound(path: String, reason: String)
  /// Another server has the file.
  case inUse(path: String)
  /// The file was moved or deleted under us.
  case moved(path: String)
  /// Another program made the file shorter under us.
  case cutShort(path: String)
  /// The lock beside the file was deleted under us, and another server wrote in the file.
  case usedMeanwhile(path: String)
  /// The log beside the file was moved or deleted under us.
  case logGone(path: String)
  /// The file by itself says that the log beside it has more, and there is no log.
  case logMissing(path: String)
  /// There is no file, but beside where it belongs is a log of one.
  case logAlone(path: String)
  case full(path: String)
  /// Another program locks the file for longer than we wait.
  case busy(path: String)
  case failed(path: String, reason: String)
  /// The SQLite of this machine is too old.
  case oldLibrary(version: String)
  /// The ledger is in a store, by its address without a password.
  case store(String, StoreFault)
}

extension LedgerError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .cannotOpen(let path, let reason):
      "cannot open the database \(path) (\(reason)): check that its directory exists and that"
        + " you may write there"
    case .cannotRead(let path, let reason):
      "cannot read the database \(path) (\(reason)): check that you may read it"
    case .missing(let path):
      "there is no database \(path): check its name"
    case .readOnly(let path):
      "the database \(path) is read-only: make it writable, or use another file"
    case .foreign(let path):
      "the file \(path) is not a database of votes and was left alone: use another file"
    case .corrupt(let path, let reason):
      "the database \(path) is damaged (\(reason)): put back a copy of it, or use another file"
    case .newer(let path, let version):
      "the database \(path) was written by a newer version of this program (schema \(version)):"
        + " use that version, or another file"
    case .older(let path, let version):
      "the database \(path) was written by an older version of this program (schema \(version)):"
        + " start a server with it once, which brings it up to date"
    case .exists(let path):
      "there is a file \(path) already, which was left alone: use the name of a new one"
    case .unsound(let path, let reason):
      "the database \(path) does not agree with itself (\(reason)): see what recount says of it"
    case .inUse(let path):
      "the database \(path) is in use by another server: stop that one, or use another file"
    case .moved(let path):
      "the database \(path) was moved or deleted while in use: put it back, or start again"
    case .cutShort(let path):
      "the database \(path) was cut short by another program while in use: put back a copy of it and"
        + " start again"
    case .usedMeanwhile(let path):
      "another server has used the database \(path) since its lock \(path)-lock was deleted: start"
        + " again"
    case .logGone(let path):
      "the log \(path)-wal of the database, or its index \(path)-shm, was moved or deleted while in"
        + " use: leave the files beside the database where they are, or start again"
    case .logMissing(let path):
      "the database \(path) was copied without its log \(path)-wal and may lack votes: copy both"
        + " together, or copy it when its server has stopped"
    case .logAlone(let path):
      "the database \(path) is not there, but its log \(path)-wal is and may hold votes: put the"
        + " database back beside it, or move the log away"
    case .full(let path):
      "the disk has no room for the database \(path): make room on it"
    case .busy(let path):
      "the database \(path) is locked by another program: close that program"
    case .failed(let path, let reason):
      "the database \(path) cannot be used (\(reason)): check its disk"
    case .store(let store, let fault): "the store \(store) \(fault)"
    case .oldLibrary(let version):
      "this machine has SQLite \(version): install 3.37 or later, or keep the votes in memory"
    }
  }
}
