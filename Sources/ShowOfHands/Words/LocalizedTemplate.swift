import Templates

/// A template with the words of every language put in at start: a page takes no longer than one in
/// a single language.
struct LocalizedTemplate: Sendable {
  private let templates: [String: Template]

  /// - Parameters:
  ///   - names: of the values that pages bring.
  ///   - groups: the words that the page's scripts use.
  /// - Throws: `TemplateError` for a file that is missing or has a mistake, such as a word that there
  ///   is not.
  init(
    contentsOf file: String, names: Set<String>, wordsForScripts groups: [String] = [],
    in languages: Languages
  ) throws(TemplateError) {
    var templates: [String: Template] = [:]
    for words in languages.all {
      var constants = words.constants
      constants["words"] = words.json(groups)
      templates[words.language] = try Template(
        contentsOf: file, names: names, constants: constants)
    }
    self.templates = templates
  }

  func render(_ values: [String: String], in words: Words) -> [UInt8] {
    // There is one for each of the languages that it was made with.
    templates[words.language]!.render(values)
  }
}
