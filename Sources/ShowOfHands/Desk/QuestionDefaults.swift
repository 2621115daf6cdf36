import Voting

/// What a question has where it is left out.
struct QuestionDefaults: Sendable {
  var preset = Preset.quick
  let yesLabel: String
  let noLabel: String
  /// What the third choice is called, where a question has one.
  let abstainLabel: String
  /// What the one answer of a roll call is called.
  let hereLabel: String
  /// The host's own; `nil` where the preset decides.
  let rule: Rule?

  /// - Parameters:
  ///   - words: in the language of the room: what a question has is the same for all.
  ///   - abstainLabel: the host's own.
  init(
    preset: Preset = .quick, in words: Words, abstainLabel: String? = nil, rule: Rule? = nil
  ) {
    self.preset = preset
    yesLabel = words[.yes]
    noLabel = words[.no]
    hereLabel = words[.here]
    self.rule = rule
    self.abstainLabel = abstainLabel ?? words[.abstain]
  }

  /// One answer, and nothing that could pass. The label that a Yes has anyway says that one is here.
  func rollCall(_ question: Question) -> Question {
    let label = question.yesLabel == yesLabel ? hereLabel : question.yesLabel
    return Question(
      question.text, yesLabel: label, noLabel: question.noLabel, isRollCall: true)
  }

  /// The labels of a question of which only the words are known.
  func question(_ text: String, _ preset: Preset? = nil) -> Question {
    let hasAbstain = (preset ?? self.preset).hasAbstain
    return Question(
      text, yesLabel: yesLabel, noLabel: noLabel, abstainLabel: hasAbstain ? abstainLabel : nil,
      rule: rule ?? (preset ?? self.preset).rule)
  }
}
