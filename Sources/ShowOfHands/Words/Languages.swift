import HTTPServer
import Platform

/// The languages that pages are in: one for each file of `Views/words`.
struct Languages: Sendable {
  /// The original first, then by their tags.
  let all: [Words]
  /// Whether the host has fixed the language, for whoever asks.
  let isFixed: Bool
  /// The language of the room: of what is the same on every phone and screen.
  let room: Words

  /// The language that the words are written in first, and that who asks for no other gets.
  static let original = "en"
  private static let ending = ".txt"

  /// - Parameters:
  ///   - folder: where the files are.
  ///   - fixed: the language of all pages, whatever browsers ask for.
  /// - Throws: `WordsError` for a file that has a mistake, or words that the others don't have;
  ///   `UsageError` for a language that is not there.
  init(folder: String, fixed: String? = nil) throws {
    let original = try Self.read(Self.original, in: folder)
    let others = try Self.tags(in: folder).filter { $0 != Self.original }
    var all = [try Self.words(original, Self.original, in: folder)]
    for tag in others {
      let file = try Self.read(tag, in: folder)
      if let cause = file.difference(from: original) {
        throw WordsError(Self.path(of: tag, in: folder), nil, cause)
      }
      all.append(try Self.words(file, tag, in: folder))
    }
    self.all = all
    isFixed = fixed != nil
    guard let fixed else {
      room = all[0]
      return
    }
    guard let words = all.first(where: { $0.language == fixed.lowercased() }) else {
      let names = all.map(\.language).joined(separator: ", ")
      throw UsageError("--language cannot be '\(printable(fixed))': it must be one of \(names).")
    }
    room = words
  }

  private static func path(of tag: String, in folder: String) -> String {
    "\(folder)/\(tag)\(ending)"
  }

  private static func tags(in folder: String) throws(WordsError) -> [String] {
    let names: [String]
    do throws(SystemError) {
      names = try folderEntries(folder).filter { $0.hasSuffix(ending) && !$0.hasPrefix(".") }
    } catch {
      throw WordsError(folder, nil, .unreadable)
    }
    let tags = names.map { String($0.dropLast(ending.count)) }.sorted()
    if let tag = tags.first(where: { $0.lowercased() != $0 || !LanguageRanges.isRange($0[...]) }) {
      throw WordsError(path(of: tag, in: folder), nil, .notATag)
    }
    return tags
  }

  private static func read(_ tag: String, in folder: String) throws(WordsError) -> WordsFile {
    try WordsFile(contentsOf: path(of: tag, in: folder))
  }

  private static func words(
    _ file: WordsFile, _ tag: String, in folder: String
  ) throws(WordsError) -> Words {
    do throws(WordsError.Cause) {
      return try Words(file.texts, language: tag)
    } catch {
      throw WordsError(path(of: tag, in: folder), nil, error)
    }
  }

  // MARK: Choosing

  /// The words for whoever sent the request; the response says which they are.
  func words(for request: Request, _ response: Response) -> Words {
    let words = words(for: request)
    // The tag was checked when the words were read.
    response.set(.contentLanguage, try! FieldValue(words.language))
    // Also of an answer that is in the original, since others got another one from here.
    if !isFixed { response.fields.add(.vary, "Accept-Language") }
    return words
  }

  private func words(for request: Request) -> Words {
    guard !isFixed, let wanted = request.fields["Accept-Language"] else { return room }
    let best = LanguageRanges(wanted).best(of: all.map(\.language))
    return best.map { all[$0] } ?? room
  }
}

extension FieldName {
  fileprivate static let contentLanguage: FieldName = "Content-Language"
  fileprivate static let vary: FieldName = "Vary"
}
