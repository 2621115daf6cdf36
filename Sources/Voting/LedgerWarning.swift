/// What the person who runs the server should know though votes are stored. The description is one
/// sentence.
public enum LedgerWarning: Equatable, Sendable {
  /// The log beside the file cannot be moved into it and grows.
  case logGrows(path: String, bytes: Int, reason: String)
}

extension LedgerWarning: CustomStringConvertible {
  public var description: String {
    switch self {
    case .logGrows(let path, let bytes, let reason):
      "the log of the database \(path) has grown to \(bytes >> 20) MB (\(reason)): votes are stored,"
        + " but close what reads the database, and watch the room on its disk"
    }
  }
}
