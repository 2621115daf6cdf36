/// What a ballot says.
public enum Choice: String, Sendable, CaseIterable {
  case yes, no
  /// Only in a round that has a label for it.
  case abstain

  /// As a ledger stores it.
  var code: Int {
    switch self {
    case .yes: 1
    case .no: 0
    case .abstain: 2
    }
  }

  init?(code: Int) {
    switch code {
    case 0: self = .no
    case 1: self = .yes
    case 2: self = .abstain
    default: return nil
    }
  }
}
