import Platform
import Voting

extension PreparedList {
  /// Stands for the program's standard input.
  static let standardInput = "-"

  /// Reads the list from a file, a pipe or a terminal, and waits until all of it is there.
  /// - Parameter say: told before somebody may have to wait.
  /// - Throws: `UsageError` for one that cannot be read, or has a mistake.
  init(
    contentsOf file: String, _ defaults: QuestionDefaults, say: (String) -> Void = { _ in }
  ) throws(UsageError) {
    let name = file == Self.standardInput ? "standard input" : printable(file)
    let bytes: [UInt8]
    do throws(SystemError) {
      bytes = try Self.read(file, name, say)
    } catch {
      let reason = error.errno == .noSuchFile ? "there is no such file" : error.reason
      throw UsageError("Cannot read the questions in \(name): \(reason).")
    }
    do throws(Mistake) {
      if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
        throw Mistake(line: nil, problem: "is in UTF-16; save it in UTF-8")
      }
      try self.init(String(decoding: bytes, as: UTF8.self), defaults)
      if questions.isEmpty { throw Mistake(line: nil, problem: "has no question in it") }
    } catch {
      throw UsageError("The questions in \(name) cannot be used. \(error)")
    }
    mark = Self.mark(of: bytes)
  }

  private static func read(
    _ file: String, _ name: String, _ say: (String) -> Void
  ) throws(SystemError) -> [UInt8] {
    let isStandardInput = file == standardInput
    // A pipe that nobody writes to keeps the program here, so that is said before.
    let mayWait = isStandardInput ? true : try FileStatus(of: file).kind == .other
    if mayWait { say("reading the questions from \(name)") }
    let input = try isStandardInput ? .standardInput() : InputFile(at: file)
    if input.isTerminal { say("a line each; Ctrl-D on a line of its own ends them") }
    return try input.read(moreThan: maxBytes)
  }

  /// 64 bits of FNV-1a: another text has another number, and nobody has a reason to forge one.
  private static func mark(of bytes: [UInt8]) -> Int {
    let hash = bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    return Int(truncatingIfNeeded: hash)
  }
}
