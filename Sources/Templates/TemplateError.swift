/// Why a template cannot be used. Its description is one line that says where and what.
public struct TemplateError: Error, Equatable, CustomStringConvertible {
  public enum Cause: Equatable, Sendable {
    /// The file cannot be read, for the reason the system gave.
    case unreadable(String)
    /// A tag has no end.
    case unclosedTag
    /// What stands between the braces is not a name.
    case malformedName(String)
    /// The program supplies no value of that name.
    case unknownName(String)
  }

  public let file: String
  /// Counted from 1; `nil` when no line is to blame.
  public let line: Int?
  public let cause: Cause

  public var description: String {
    let place = if let line { "\(file):\(line)" } else { file }
    return switch cause {
    case .unreadable(let reason): "\(place): cannot be read: \(reason)"
    case .unclosedTag: "\(place): a tag is not closed"
    case .malformedName(let text): "\(place): “\(text)” is not a name"
    case .unknownName(let name): "\(place): there is no value called “\(name)”"
    }
  }
}
