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

  public subscript(answer: Answer) -> Int {
    get { answer == .yes ? yes : no }
    set { if answer == .yes { yes = newValue } else { no = newValue } }
  }

  /// Counts a ballot that said `previous` before, or nothing, and now says `answer`.
  mutating func count(_ answer: Answer, insteadOf previous: Answer?) {
    if let previous { self[previous] -= 1 }
    self[answer] += 1
  }
}
