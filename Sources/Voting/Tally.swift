/// How many ballots of a round say what.
public struct Tally: Hashable, Sendable {
  public var yes: Int
  public var no: Int

  public init(yes: Int = 0, no: Int = 0) {
    self.yes = yes
    self.no = no
  }

  public var total: Int { yes + no }

  /// `{"yes":12,"no":7}`, with its keys in this order.
  public var json: String { "{\"yes\":\(yes),\"no\":\(no)}" }

  public subscript(choice: Choice) -> Int {
    get { choice == .yes ? yes : no }
    set { if choice == .yes { yes = newValue } else { no = newValue } }
  }

  /// Counts a ballot that said `previous` before, or nothing, and now says `choice`.
  mutating func count(_ choice: Choice, insteadOf previous: Choice?) {
    if let previous { self[previous] -= 1 }
    self[choice] += 1
  }
}
