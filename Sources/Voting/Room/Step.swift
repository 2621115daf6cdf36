/// What a host does to the room: one press on the desk.
public enum Step: Hashable, Sendable {
  /// Asks the room something else. The round before is closed if need be, and archived.
  /// - Parameters:
  ///   - isDraft: it is not opened yet.
  ///   - preset: what the host began with, for the minutes alone.
  case ask(Question, isHidden: Bool, isDraft: Bool, preset: Preset? = nil)
  /// Opens the draft, or takes votes again in a round that was closed.
  case open
  case close
  /// Shows the numbers of the present round, or of an archived one by its number.
  case reveal(round: Int? = nil)
  case hide
  /// Archives the round and asks the same again, from zero.
  case again
  /// Whatever comes next: see `Room`.
  case next
  /// Takes back what brought the present state about, as far as that loses nothing.
  case undo
  /// Other words for the draft, or for the open round.
  case edit(Edit)
  case countdown(Countdown)
  /// Shows the host the numbers of a round that is closed and hidden, on record.
  case peek(round: Int? = nil)
  case stage(Stage)
  /// A line on all phones and screens; empty: nothing.
  case say(String)
  /// An archived round on the big screens; `nil`: the present one again.
  case show(round: Int?)
  /// Replaces the prepared list.
  /// - Parameter from: tells the file that it was read from, as it was, from others; `nil` where a
  ///   host has written it.
  case prepare([Question], from: Int? = nil)
  /// The address on the join screen; `nil`: the one that the program takes for the best.
  case address(String?)

  case numbers(NumbersEdit)
  /// Issues so many codes more, one to `IssuedCodes.maxCount` in all.
  /// - Parameter replaces: those of before are void.
  case codes(count: Int, replaces: Bool)
  /// The chair's word in a tie: yes or no.
  case chair(casts: Choice)
  /// The host knows that votes are missing.
  case confirmLoss

  /// Words that change; what is `nil` stays.
  public struct Edit: Hashable, Sendable {
    public var text: String?
    public var yesLabel: String?
    public var noLabel: String?
    public var abstainLabel: AbstainLabel?
    public var rule: Rule?
    public var chairDecides: Bool?

    public init(
      text: String? = nil, yesLabel: String? = nil, noLabel: String? = nil,
      abstainLabel: AbstainLabel? = nil, rule: Rule? = nil, chairDecides: Bool? = nil
    ) {
      self.text = text
      self.yesLabel = yesLabel
      self.noLabel = noLabel
      self.abstainLabel = abstainLabel
      self.rule = rule
      self.chairDecides = chairDecides
    }

    public enum AbstainLabel: Hashable, Sendable {
      case label(String)
      /// The round has no third choice.
      case none
    }

    public func applied(to question: Question) -> Question {
      var question = question
      if let text { question.text = text }
      if let yesLabel { question.yesLabel = yesLabel }
      if let noLabel { question.noLabel = noLabel }
      if let rule { question.rule = rule }
      if let chairDecides { question.chairDecides = chairDecides }
      switch abstainLabel {
      case nil: break
      case .label(let label): question.abstainLabel = label
      case .some(.none): question.abstainLabel = nil
      }
      return question
    }
  }

  /// Numbers that change: `nil` stays, and `.some(nil)` is nothing entered any more.
  public struct NumbersEdit: Hashable, Sendable {
    public var present: Int??
    public var entitled: Int??
    /// By the choices that are named.
    public var byHand: [Choice: Int?]

    public init(present: Int?? = nil, entitled: Int?? = nil, byHand: [Choice: Int?] = [:]) {
      self.present = present
      self.entitled = entitled
      self.byHand = byHand
    }

    /// Those that are said.
    var values: [Int] {
      [present ?? nil, entitled ?? nil].compactMap(\.self) + byHand.values.compactMap(\.self)
    }

    func applied(to numbers: Numbers) -> Numbers {
      var numbers = numbers
      if let present { numbers.present = present }
      if let entitled { numbers.entitled = entitled }
      guard !byHand.isEmpty else { return numbers }
      var tally = numbers.byHand ?? Tally()
      for (choice, count) in byHand { tally[choice] = count ?? 0 }
      let isCleared = tally == Tally() && byHand.values.allSatisfy { $0 == nil }
      numbers.byHand = isCleared ? nil : tally
      return numbers
    }
  }

  public enum Countdown: Hashable, Sendable {
    /// Ten seconds to ten minutes from now.
    case start(seconds: Int)
    /// The time that is left grows by so much, to ten minutes at most.
    case extend(seconds: Int)
    case cancel
  }
}

/// What the big screens show.
public enum Stage: String, Hashable, Sendable, CaseIterable {
  case result
  /// How to join: a code, the address, the Wi-Fi.
  case join
  case black
}
