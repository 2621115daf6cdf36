import Platform

/// A text with places to fill in: `{{name}}` escaped for HTML, `{{{name}}}` as it is.
///
/// A template is read once, together with the names its program supplies, so that a mistake in a
/// file shows when the program starts and not when a visitor comes. It may leave names out. What is
/// the same whenever the template is used, a constant, is put in when it is read.
/// A name is letters, digits, `_`, `.` and `-`, and starts with a letter; spaces around it are fine.
/// Two opening braces always start a tag; closing ones elsewhere are text.
public struct Template: Sendable {
  enum Part: Sendable, Equatable {
    case text([UInt8])
    case value(name: String, isEscaped: Bool)
  }

  let parts: [Part]
  private let textCount: Int

  /// Of a file: far more than any page has.
  public static let maxBytes = 4 << 20
  private static let tooLarge = "it is larger than \(maxBytes >> 20) MB"

  /// Reads a template from a file.
  /// - Parameters:
  ///   - names: of the values that every use brings.
  ///   - constants: values that are always the same, by their names.
  /// - Throws: `TemplateError` with the file, and the line where there is one.
  public init(
    contentsOf file: String, names: Set<String>, constants: [String: String] = [:]
  ) throws(TemplateError) {
    let source: [UInt8]
    do throws(SystemError) {
      source = try InputFile(at: file).read(moreThan: Self.maxBytes)
    } catch {
      let isMissing = error.errno == .noSuchFile
      let reason = isMissing ? "there is no such file" : "it cannot be opened"
      throw TemplateError(file: file, line: nil, cause: .unreadable(reason))
    }
    if source.count > Self.maxBytes {
      throw TemplateError(file: file, line: nil, cause: .unreadable(Self.tooLarge))
    }
    try self.init(source, file: file, names: names, constants: constants)
  }

  /// Reads a template from bytes.
  /// - Parameter file: what an error calls it.
  /// - Throws: `TemplateError` with that file and the line.
  public init(
    _ source: [UInt8], file: String, names: Set<String>, constants: [String: String] = [:]
  ) throws(TemplateError) {
    var parser = TemplateParser(source: source, file: file)
    parts = try parser.parts(names: names, constants: constants)
    textCount = parts.reduce(0) { count, part in
      if case .text(let bytes) = part { count + bytes.count } else { count }
    }
  }

  /// The text with its places filled in. A name in the template that `values` lacks traps: the
  /// program promised it when it read the template.
  public func render(_ values: [String: String]) -> [UInt8] {
    var page: [UInt8] = []
    page.reserveCapacity(textCount + values.values.reduce(0) { $0 + $1.utf8.count } * 2)
    for part in parts {
      switch part {
      case .text(let bytes):
        page += bytes
      case .value(let name, let isEscaped):
        guard let value = values[name] else {
          preconditionFailure("no value for the promised name \(name)")
        }
        if isEscaped { page.appendEscaped(value) } else { page += value.utf8 }
      }
    }
    return page
  }
}

extension [UInt8] {
  /// Appends the text so that it stays text in HTML, and in an attribute in quotes.
  mutating func appendEscaped(_ text: String) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"): self += "&amp;".utf8
      case UInt8(ascii: "<"): self += "&lt;".utf8
      case UInt8(ascii: ">"): self += "&gt;".utf8
      case UInt8(ascii: "\""): self += "&quot;".utf8
      case UInt8(ascii: "'"): self += "&#39;".utf8
      default: append(byte)
      }
    }
  }
}
