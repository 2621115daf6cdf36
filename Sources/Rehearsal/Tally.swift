/// The numbers a screen shows.
public struct Tally: Sendable, Hashable, Codable {
  public var yes = 0
  public var no = 0

  public init(yes: Int = 0, no: Int = 0) {
    self.yes = yes
    self.no = no
  }

  public var total: Int { yes + no }
}
