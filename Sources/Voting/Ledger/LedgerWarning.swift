/// What the person who runs the server should know though votes are stored. The description is one
/// sentence.
public enum LedgerWarning: Equatable, Sendable {
  /// Another program reads the file all the time, so that the log beside it cannot be moved into it.
  case logGrows(path: String, bytes: Int)
  /// Moving the log into the file fails.
  case logStays(LedgerError)
  /// Others could read the file, and with it the secret that signs ballots; now they cannot.
  case madePrivate(path: String)
  /// The file has been further than it is now: an older copy was put in its place.
  case olderCopy(path: String)
  /// The store answers before it has written to its disk, and the host allows that.
  case storeSyncsLate(store: String)
  /// The numbers of a round were not those of its ballots, which were counted again.
  case storeCountedAgain(store: String, round: Int)
  /// Others can read the file, and we may not change that.
  case notPrivate(path: String, reason: String)
}

extension LedgerWarning: CustomStringConvertible {
  public var description: String {
    switch self {
    case .logGrows(let path, let bytes):
      "the log of the database \(path) has grown to \(bytes >> 20) MB while another program reads:"
        + " votes are stored, but close that program before the disk is full"
    case .logStays(let error):
      "votes are stored, but only in the log beside the database: \(error)"
    case .madePrivate(let path):
      "other users of this machine could read \(path), which holds the secret of its ballots: it is"
        + " its owner's alone now"
    case .olderCopy(let path):
      "the database \(path) had more in it before: an older copy was put in its place, and what came"
        + " after it does not count"
    case .storeSyncsLate(let store):
      "the store \(store) may answer before it has written to its disk: if its machine loses its power,"
        + " votes that were acknowledged are lost"
    case .storeCountedAgain(let store, let round):
      "the ballots of round \(round) were counted again, for the store \(store) had other numbers:"
        + " see that no other program writes into its database, and that it deletes nothing"
        + " (`maxmemory-policy noeviction`)"
    case .notPrivate(let path, let reason):
      "other users of this machine can read \(path), which holds the secret of its ballots"
        + " (\(reason)): take that right from them"
    }
  }
}
