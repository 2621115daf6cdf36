import EventLoop
import Platform
import Templates
import Voting

/// `codes`: issues codes for cards, in a database that no server has open, and writes the cards.
struct CodesCommand: Subcommand {
  enum Output: Equatable {
    /// The cards, as HTML; `-` is standard output.
    case sheet(String)
    /// The codes alone, on standard output.
    case list
  }

  /// How many more; `nil`: none.
  private(set) var count: Int?
  /// Those of before are void.
  private(set) var replaces = false
  private(set) var output = Output.sheet(Self.sheet)
  private(set) var wantsHelp = false
  private let options: Options

  /// What the cards are written to where nobody says.
  static let sheet = "codes.html"
  /// A browser prints a thousand cards in half a minute, and gives up on some ten thousand.
  static let cardsPerSheetAdvised = 2_000
  private static let shared = [
    "--database", "--public-url", "--host", "--port", "--language", "--root",
  ]

  /// - Parameters:
  ///   - arguments: behind the word `codes`.
  ///   - environment: says where the database is, and how people reach the server.
  /// - Throws: `UsageError` for an option that is unknown, lacks its value or has a bad one.
  init(_ arguments: some Sequence<String>, environment: [String: String]) throws(UsageError) {
    var words: [String] = []
    var reprints = false
    var arguments = Arguments(arguments)
    while let name = arguments.nextName() {
      switch name {
      case "--count": count = try Self.count(try arguments.value(of: name, expected: "N"))
      case "--replace": replaces = true
      case "--reprint": reprints = true
      case "--list": output = .list
      case "--sheet": output = .sheet(try arguments.value(of: name, expected: "FILE"))
      case "--help", "-h": wantsHelp = true
      case _ where Self.shared.contains(name):
        words += [name, try arguments.value(of: name, expected: "VALUE")]
      default: throw UsageError("There is no option \(printable(name)). See codes --help.")
      }
      try arguments.finish(name)
    }
    let variables = environment.filter { variable in
      Self.shared.contains { name in
        variable.key.hasSuffix(name.dropFirst(2).uppercased().replacing("-", with: "_"))
      }
    }
    options =
      wantsHelp
      ? try Options([], environment: [:], cores: 1)
      : try Options(words, environment: variables, cores: 1)
    if wantsHelp { return }
    if (count == nil) != reprints {
      throw UsageError(
        "Say either how many codes to issue, --count N, or --reprint. See codes --help.")
    }
    if replaces, count == nil { throw UsageError("--replace needs --count N: how many instead.") }
    if options.database == ":memory:" {
      throw UsageError("Codes need a database that stays: give its file to --database.")
    }
  }

  private static func count(_ text: String) throws(UsageError) -> Int {
    guard let count = Int(text), (1...IssuedCodes.maxCount).contains(count) else {
      throw UsageError(
        "--count cannot be '\(printable(text))': it must be a whole number from 1 to "
          + "\(IssuedCodes.maxCount).")
    }
    return count
  }

  /// Issues the codes, then writes them: where that fails, they can be printed again.
  /// - Returns: the exit status, 0.
  /// - Throws: `UsageError` where nothing could be issued, or written.
  func run() async throws(UsageError) -> Int32 {
    for notice in options.notices { StandardError.writeLine(notice) }
    let root = try Root.find(options.root)
    let folder = "\(root)/Views"
    let languages = try Service.languages(root, options)
    let sheet: CodeSheet
    do throws(TemplateError) {
      sheet = try CodeSheet(folder: folder, languages: languages)
    } catch {
      throw UsageError("\(error)")
    }
    // Before anything is issued.
    let file = try Self.open(output)
    let codes: [VotingCode]
    let chosen: String?
    do throws(UsageError) {
      (codes, chosen) = try await issue()
    } catch {
      if file != nil, case .sheet(let name) = output { PrivateFile.remove(name) }
      throw error
    }
    let joining = Joining(host: options.host, port: options.port, publicURL: options.publicURL)
    let address = joining.url(chosen: options.publicURL == nil ? chosen : nil)
    try write(codes, at: address, sheet, in: languages.room, to: file)
    return 0
  }

  private func write(
    _ codes: [VotingCode], at address: String, _ sheet: CodeSheet, in words: Words, to file: File?
  ) throws(UsageError) {
    switch output {
    case .list: try Program.say(codes.map(\.grouped).joined(separator: "\n"))
    case .sheet("-"):
      try sheet.write(codes, at: address, in: words) { piece throws(UsageError) in
        try Program.say(String(decoding: piece, as: UTF8.self), terminator: "")
      }
    case .sheet(let name):
      do throws(SystemError) {
        try sheet.write(codes, at: address, in: words) { piece throws(SystemError) in
          try file?.write(piece)
        }
      } catch {
        throw UsageError(
          "Cannot write \(printable(name)): \(error.reason). The codes are issued; print them with "
            + "codes --reprint.")
      }
      try Program.say(
        "\(printable(name)) has \(codes.count) cards for \(address); print it from a browser. Serve "
          + "with --ballots codes."
          + (codes.count > Self.cardsPerSheetAdvised
            ? " A browser may give up on so many: issue some \(Self.cardsPerSheetAdvised) at"
              + " a time, each time with another --sheet." : ""))
    }
  }

  private final class File {
    private let writer: PrivateFileWriter
    init(_ writer: consuming PrivateFileWriter) { self.writer = writer }
    func write(_ bytes: [UInt8]) throws(SystemError) { try writer.write(bytes) }
  }

  /// Whoever reads the cards can vote: the file is for its owner alone.
  private static func open(_ output: Output) throws(UsageError) -> File? {
    guard case .sheet(let name) = output, name != "-" else { return nil }
    do throws(SystemError) {
      return File(try PrivateFileWriter(creating: name))
    } catch  where error.errno == .fileExists {
      throw UsageError(
        "\(printable(name)) is there already; move it away, or give another name to --sheet.")
    } catch {
      throw UsageError("Cannot write \(printable(name)): \(error.reason).")
    }
  }

  /// - Returns: the codes to be written, and the address that the host has chosen.
  private func issue() async throws(UsageError) -> ([VotingCode], String?) {
    let thread: EventLoop
    do throws(SystemError) {
      thread = try EventLoop(name: "ledger")
    } catch {
      throw UsageError("Cannot start: \(error).")
    }
    let result: Result<([VotingCode], String?), UsageError>
    do throws(UsageError) {
      result = .success(try await issue(on: thread))
    } catch {
      result = .failure(error)
    }
    thread.stop()
    await thread.waitUntilStopped()
    return try result.get()
  }

  private func issue(on thread: EventLoop) async throws(UsageError) -> ([VotingCode], String?) {
    let box: BallotBox
    do throws(LedgerError) {
      box = try BallotBox(
        ledger: LocalLedger(try SQLiteLedger(path: options.database)), executor: thread,
        ballots: .codes,
        onWarning: { StandardError.writeLine("\($0)") })
    } catch {
      if case .inUse = error {
        throw UsageError(
          "A server has the database \(printable(options.database)) open: its desk makes codes, "
            + "under More.")
      }
      throw UsageError(error)
    }
    var failure: UsageError?
    if let count {
      do throws(StepError) {
        try await box.perform(.codes(count: count, replaces: replaces))
      } catch {
        failure = UsageError(error)
      }
    }
    let issued = box.issuedCodes.count
    let codes = box.codes(count.map { max(0, issued - $0)..<issued } ?? 0..<issued)
    let address = box.snapshot.room.address
    await box.finish()
    if let failure { throw failure }
    if codes.isEmpty { throw UsageError("No codes were issued yet: say how many with --count N.") }
    return (codes, address)
  }

  var help: String { Self.helpText }

  private static let helpText = """
    Usage: ShowOfHands codes --count N [options]

    Issues N codes, one vote each, and writes cards with them, to be printed and cut. A server started
    with --ballots codes asks for them. While it runs, its desk makes codes, under More.

      --count N          how many more, 1 to \(IssuedCodes.maxCount) in all; a browser prints some
                         \(cardsPerSheetAdvised) of one sheet at most
      --replace          the codes of before are void
      --reprint          issues none; the cards of all codes again
      --sheet FILE       where the cards go, as HTML; - is standard output; default: \(sheet)
      --list             the codes alone, one a line, on standard output
      --database FILE    where votes are kept; default: \(Options.database) [SHOWOFHANDS_DATABASE]
      --public-url URL   the address on the cards; default: as the server guesses it from --host and
                         --port, or as chosen at the desk [SHOWOFHANDS_PUBLIC_URL]
      --host NAME        as for the server [SHOWOFHANDS_HOST]
      --port N           as for the server [SHOWOFHANDS_PORT, PORT]
      --language CODE    of the cards: en, de, fr, es or ar; default: en [SHOWOFHANDS_LANGUAGE]
      --root FOLDER      where Public/ and Views/ are [SHOWOFHANDS_ROOT]
      --help             this text
    """
}

extension UsageError {
  fileprivate init(_ error: StepError) {
    switch error {
    case .refused(.tooManyCodes, let standing):
      self.init(
        "There can be \(IssuedCodes.maxCount) codes, and \(standing.room.codes.count) were issued "
          + "already: issue fewer, or --replace them.")
    case .refused(.codesInUse, _):
      self.init(
        "Codes are replaced between two votes: start the server, close this one, and open or undo a "
          + "draft.")
    case .refused(let refusal, _): self.init("Cannot issue codes: \(refusal).")
    case .storage(let error): self.init(error)
    case .finished: self.init("Cannot issue codes: the database is closed.")
    }
  }
}
