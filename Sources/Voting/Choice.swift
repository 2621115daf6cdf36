/// What a ballot says.
public enum Choice: String, Sendable, CaseIterable {
  case yes, no

  /// As a ledger stores it.
  var code: Int { self == .yes ? 1 : 0 }

  init?(code: Int) {
    switch code {
    case 0: self = .no
    case 1: self = .yes
    default: return nil
    }
  }
}
