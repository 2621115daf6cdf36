import HTTPServer

/// What the body of a post to the desk says: names with texts, from a form or from JSON. Names that
/// nobody asks for mean nothing.
struct DeskFields {
  /// `nil` for a value that is no text, number or truth value.
  private let values: [String: [String?]]

  /// - Throws: `HTTPError` 415 for a body of another kind, 400 for JSON that is no object.
  init(_ request: borrowing Request) throws(HTTPError) {
    if request.body.isEmpty {
      values = [:]
    } else if request.mediaType == "application/json" {
      values = try request.json(as: [String: Value].self).mapValues { [$0.text] }
    } else {
      let items = try request.form().items
      values = Dictionary(grouping: items, by: \.name).mapValues { $0.map(\.value) }
    }
  }

  /// What is said, also if it is nothing; `nil` where the name is left out.
  /// - Throws: `HTTPError` 400 for what is said twice: it could mean either.
  func text(_ name: String) throws(HTTPError) -> String? {
    guard let all = values[name] else { return nil }
    guard all.count == 1 else { throw .badDeskField("Say '\(name)' once, or leave it out.") }
    guard let text = all[0] else {
      throw .badDeskField("'\(name)' must be a text, a whole number, true or false.")
    }
    return text
  }

  /// What is said; an empty field of a form counts as left out.
  func given(_ name: String) throws(HTTPError) -> String? {
    let text = try text(name)
    return text?.isEmpty == true ? nil : text
  }

  /// A text that people will read.
  func displayText(_ name: String) throws(HTTPError) -> String? {
    guard let text = try given(name) else { return nil }
    if let problem = DisplayText.problem(in: text) {
      throw .badDeskField("'\(name)' cannot be used: it \(problem).", problem.details)
    }
    return text
  }

  /// A whole number that is not negative, in digits.
  func number(_ name: String) throws(HTTPError) -> Int? {
    guard let text = try given(name) else { return nil }
    guard let number = Int(text), number >= 0, text == "\(number)" else {
      throw .badDeskField("'\(name)' must be a whole number.")
    }
    return number
  }

  func truth(_ name: String) throws(HTTPError) -> Bool? {
    switch try given(name) {
    case nil: return nil
    case "true": return true
    case "false": return false
    default: throw .badDeskField("'\(name)' must be true or false.")
    }
  }

  func choice<Value: RawRepresentable<String> & CaseIterable>(
    _ name: String, of type: Value.Type
  ) throws(HTTPError) -> Value? {
    guard let text = try given(name) else { return nil }
    if let value = Value(rawValue: text) { return value }
    let all = Value.allCases.map(\.rawValue).joined(separator: ", ")
    throw .badDeskField("'\(name)' must be one of \(all).")
  }

  /// A value in JSON, as the text that a form would bring. `null` is an empty field.
  private enum Value: Decodable {
    case text(String)
    case other

    var text: String? { if case .text(let text) = self { text } else { nil } }

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .text("")
      } else if let text = try? container.decode(String.self) {
        self = .text(text)
      } else if let truth = try? container.decode(Bool.self) {
        self = .text("\(truth)")
      } else if let number = try? container.decode(Int.self) {
        self = .text("\(number)")
      } else {
        // Each of them failed because the value is of another kind.
        self = .other
      }
    }
  }
}

extension HTTPError {
  static func badDeskField(
    _ message: String, _ details: [String: String] = [:]
  ) -> HTTPError {
    HTTPError(.badRequest, message, code: "bad-step", details: details)
  }
}
