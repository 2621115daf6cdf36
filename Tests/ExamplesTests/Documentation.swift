import Foundation
import Testing

/// The programs in the documentation: each block of Swift on its pages, and each Swift file of its
/// tutorials. Every one is whole and begins with an `import`.
enum Documentation {
  private static let targets = ["Platform", "EventLoop", "HTTPServer", "ServerSentEvents"]

  /// The text of each, by a name that can be a target's.
  static func programs(root: String) throws -> [String: String] {
    var programs: [String: String] = [:]
    for file in try files(root: root) {
      let text = try String(contentsOfFile: "\(root)/\(file)", encoding: .utf8)
      let name = String(file.map { $0.isLetter || $0.isNumber ? $0 : "_" })
      let blocks = file.hasSuffix(".swift") ? [text] : blocks(of: text)
      for (number, block) in blocks.enumerated() {
        #expect(
          firstLine(of: block)?.contains("import ") == true,
          "\(file), block \(number + 1): a program of the documentation begins with its imports")
        programs["\(name)_\(number + 1)"] = block
      }
    }
    return programs
  }

  private static func files(root: String) throws -> [String] {
    let catalogues = try targets.flatMap { target in
      let folder = "Sources/\(target)"
      return try FileManager.default.subpathsOfDirectory(atPath: "\(root)/\(folder)")
        .filter { $0.contains(".docc/") && [".md", ".swift"].contains(where: $0.hasSuffix) }
        .map { "\(folder)/\($0)" }
    }
    return ["README.md"] + catalogues.sorted()
  }

  /// The blocks between lines of `swift` fences, without their indentation.
  static func blocks(of page: String) -> [String] {
    var blocks: [String] = []
    var block: (indentation: Int, lines: [Substring])?
    for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
      let indentation = line.prefix { $0 == " " }.count
      let words = line.dropFirst(indentation)
      if let open = block {
        if words == "```" {
          blocks.append(open.lines.joined(separator: "\n") + "\n")
          block = nil
        } else {
          block?.lines.append(line.dropFirst(min(indentation, open.indentation)))
        }
      } else if words == "```swift" {
        block = (indentation, [])
      }
    }
    return blocks
  }

  /// That is not a comment.
  private static func firstLine(of program: String) -> Substring? {
    program.split(separator: "\n").first { !$0.hasPrefix("//") }
  }
}
