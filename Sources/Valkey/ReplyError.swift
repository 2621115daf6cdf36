/// What a server sent is no reply, or is larger than any that we ask for.
public enum ReplyError: Error, Hashable, Sendable {
  /// A line begins with a byte that means nothing.
  case unknownKind(UInt8)
  /// What should be a whole number is none, or too large for one.
  case badNumber
  /// A line has a control character in it, or does not end as it has to.
  case badLine
  case lineTooLong
  /// Less than -1, or longer than `ReplyReader.Limits` has it.
  case badLength(Int)
  /// Arrays in arrays, more than `ReplyReader.Limits` has it.
  case tooDeep
  case tooLarge
}

extension ReplyError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownKind(let byte): "a reply begins with byte \(byte)"
    case .badNumber: "a number in a reply is none"
    case .badLine: "a line of a reply does not end"
    case .lineTooLong: "a line of a reply is too long"
    case .badLength(let length): "a part of a reply is said to have a length of \(length)"
    case .tooDeep: "a reply has too many arrays in arrays"
    case .tooLarge: "a reply is too large"
    }
  }
}
