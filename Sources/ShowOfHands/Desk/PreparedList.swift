import Voting

/// The list of questions that a host has prepared, as text: a line for each.
///
///     Shall we break for coffee?
///     Who should speak first? | Ada | Grace
///     Do you accept the minutes? | Yes | No | Abstain
///
/// Behind the question stand the labels for yes and no, and the one for those who abstain. What is
/// left out is as everywhere; an empty fourth part means that nobody can abstain. `\|` is a bar in a
/// text. Empty lines mean nothing.
struct PreparedList: Equatable, Sendable {
  let questions: [Question]
  /// Tells the file it was read from, as it was, from others; `nil` where it came from elsewhere.
  var mark: Int?

  /// So many questions; more than any evening has.
  static let maxCount = 500
  /// Of the text, in UTF-8. What a request may bring is less than this.
  static let maxBytes = 256 * 1024

  /// A line that is no question. The description is a sentence.
  struct Mistake: Error, Equatable, CustomStringConvertible {
    /// From 1; `nil` where no line is to blame.
    let line: Int?
    /// The end of a sentence that starts with the line.
    let problem: String
    /// For who says it in another language: `reason`, and what belongs to it.
    var reason: [String: String] = [:]

    var details: [String: String] {
      line.map { reason.merging(["line": "\($0)"]) { $1 } } ?? reason
    }

    var description: String { (line.map { "Line \($0)" } ?? "The list") + " \(problem)." }
  }

  /// - Parameter defaults: for what lines leave out.
  /// - Throws: the first mistake.
  init(_ text: String, _ defaults: QuestionDefaults) throws(Mistake) {
    guard text.utf8.count <= Self.maxBytes else {
      let size = Self.maxBytes / 1024
      throw Mistake(
        line: nil, problem: "has more than \(size) KiB",
        reason: ["reason": "list-too-large", "size": "\(size)"])
    }
    var questions: [Question] = []
    let lines = text.trimmingPrefix("\u{FEFF}")
      .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() where !line.trimmingSpaces.isEmpty {
      if questions.count == Self.maxCount {
        throw Mistake(
          line: index + 1, problem: "is one too many; at most \(Self.maxCount) are allowed",
          reason: ["reason": "list-too-many", "max": "\(Self.maxCount)"])
      }
      do throws(Problem) {
        questions.append(try Self.question(line, defaults))
      } catch {
        throw Mistake(line: index + 1, problem: error.words, reason: error.reason)
      }
    }
    self.questions = questions
  }

  private struct Problem: Error {
    let words: String
    let reason: [String: String]
  }

  private static let names = ["a question", "a label for yes", "a label for no", "a third label"]

  private static func question(
    _ line: Substring, _ defaults: QuestionDefaults
  ) throws(Problem) -> Question {
    let parts = split(line)
    guard parts.count <= names.count else {
      throw Problem(
        words:
          "has \(parts.count) parts; write a question and at most three labels, with | between",
        reason: ["reason": "list-parts", "parts": "\(parts.count)"])
    }
    var question = defaults.question(parts[0])
    if parts.count > 1, !parts[1].isEmpty { question.yesLabel = parts[1] }
    if parts.count > 2, !parts[2].isEmpty { question.noLabel = parts[2] }
    if parts.count > 3 { question.abstainLabel = parts[3].isEmpty ? nil : parts[3] }
    for (name, part) in zip(names, parts) where !part.isEmpty || name == names[0] {
      if let problem = DisplayText.problem(in: part) {
        throw Problem(
          words: "has \(name) that cannot be used: it \(problem)", reason: problem.details)
      }
    }
    if question.hasLabelsAlike {
      throw Problem(
        words: "has two labels that look the same; give each choice its own",
        reason: ["reason": "labels-alike"])
    }
    return question
  }

  /// The parts between the bars, without the spaces around them.
  private static func split(_ line: Substring) -> [String] {
    var parts = [""]
    var isEscaped = false
    for character in line {
      if character == "|", !isEscaped {
        parts.append("")
      } else {
        if character == "|" { parts[parts.count - 1].removeLast() }
        parts[parts.count - 1].append(character)
      }
      isEscaped = character == "\\"
    }
    return parts.map(\.trimmingSpaces)
  }

  /// The text that reads as these questions.
  static func text(of questions: some Sequence<Question>) -> String {
    questions.map { question in
      let texts = [question.text, question.yesLabel, question.noLabel, question.abstainLabel ?? ""]
      return texts.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ")
        .trimmingSpaces + "\n"
    }.joined()
  }
}

extension Question {
  /// Two buttons would leave everybody guessing.
  var hasLabelsAlike: Bool {
    let labels = choices.compactMap(label)
    return labels.indices.contains { index in
      labels[..<index].contains { DisplayText.looksTheSame($0, labels[index]) }
    }
  }
}
