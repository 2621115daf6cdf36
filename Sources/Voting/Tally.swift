/// How many ballots of a round say what.
public struct Tally: Hashable, Sendable {
  public var yes: Int
  public var no: Int
  public var abstain: Int

  public init(yes: Int = 0, no: Int = 0, abstain: Int = 0) {
    self.yes = yes
    self.no = no
    self.abstain = abstain
  }

  public var total: Int { yes + no + abstain }

  public static func + (one: Tally, other: Tally) -> Tally {
    Tally(
      yes: one.yes + other.yes, no: one.no + other.no, abstain: one.abstain + other.abstain)
  }

  public subscript(choice: Choice) -> Int {
    get {
      switch choice {
      case .yes: yes
      case .no: no
      case .abstain: abstain
      }
    }
    set {
      switch choice {
      case .yes: yes = newValue
      case .no: no = newValue
      case .abstain: abstain = newValue
      }
    }
  }

  /// `{"yes":12,"no":7}`, with its keys in this order, and `abstain` behind them where the round
  /// has that choice.
  public func json(for question: Question) -> String {
    let counts = question.choices.map { "\"\($0.rawValue)\":\(self[$0])" }
    return "{\(counts.joined(separator: ","))}"
  }

  /// Counts a ballot that said `previous` before, or nothing, and now says `choice`.
  mutating func count(_ choice: Choice, insteadOf previous: Choice?) {
    if let previous { self[previous] -= 1 }
    self[choice] += 1
  }
}
