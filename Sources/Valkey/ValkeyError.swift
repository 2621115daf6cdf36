public import Platform

/// Why a server did not do what was asked. After all but `refused` and `unexpected` the connection is
/// over, and what was on its way may have been done or not.
public enum ValkeyError: Error, Equatable, Sendable {
  /// The name leads nowhere.
  case noSuchHost(String)
  /// There is no connection to the server.
  case cannotConnect(SystemError)
  /// There was no connection, or no answer, in the time that is given for it.
  case timedOut
  /// The server has ended the connection.
  case closed
  case connectionLost(SystemError)
  /// What came is no reply.
  case notUnderstood(ReplyError)
  /// An error for a reply, in the server's words.
  case refused(String)
  /// A reply of another kind than the command has.
  case unexpected(Reply)
}

extension ValkeyError {
  /// The word in capitals that an error begins with: `NOSCRIPT`.
  public var code: Substring? {
    if case .refused(let message) = self { message.prefix { $0 != " " } } else { nil }
  }
}

extension ValkeyError: CustomStringConvertible {
  /// A reason, as it stands in brackets.
  public var description: String {
    switch self {
    case .noSuchHost(let host): "no address is known of \(host)"
    case .cannotConnect(let error), .connectionLost(let error): error.reason
    case .timedOut: "it did not answer in time"
    case .closed: "it ended the connection"
    case .notUnderstood(let error): "it does not speak as a Valkey server does: \(error)"
    case .refused(let message): "it says: \(message)"
    case .unexpected: "it answered something else than it was asked"
    }
  }
}
