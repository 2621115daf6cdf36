struct StoredQuestion: Codable {
  var text: String
  var yes: String
  var no: String
  var abstain: String?
  var rule: String
  var chairDecides: Bool
  var isRollCall: Bool

  init(_ question: Question) {
    text = question.text
    yes = question.yesLabel
    no = question.noLabel
    abstain = question.abstainLabel
    rule = question.rule.rawValue
    chairDecides = question.chairDecides
    isRollCall = question.isRollCall
  }

  var question: Question? {
    Rule(rawValue: rule).map {
      Question(
        text, yesLabel: yes, noLabel: no, abstainLabel: abstain, rule: $0,
        chairDecides: chairDecides, isRollCall: isRollCall)
    }
  }
}
