import Foundation
import Testing

@testable import HTTPServer

/// A request as it goes over the wire, in a file with what is to come of it.
///
/// The expectation stands above a line `---`, the bytes below it. Line breaks of the file mean
/// nothing there; `\r`, `\n`, `\t`, `\\` and `\xFF` are the bytes they name.
struct WireFixture: Sendable, CustomTestStringConvertible {
  let name: String
  let expectation: String
  let wire: [UInt8]

  var testDescription: String { name }

  /// The fixtures of a folder beside this file, sorted by name.
  static func all(in folder: String) throws -> [WireFixture] {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(components: "Fixtures", folder)
    return try FileManager.default.contentsOfDirectory(atPath: url.path()).sorted()
      .filter { $0.hasSuffix(".http") }
      .map {
        try WireFixture(
          name: $0, text: String(contentsOf: url.appending(path: $0), encoding: .utf8))
      }
  }

  private init(name: String, text: String) throws {
    self.name = name
    let divider = try #require(text.range(of: "---\n"))
    expectation = String(text[..<divider.lowerBound])
    wire = try Self.unescape(text[divider.upperBound...])
  }

  private static func unescape(_ text: Substring) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = text.utf8.filter { $0 != UInt8(ascii: "\n") }[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      switch rest.popFirst() {
      case UInt8(ascii: "r"): bytes.append(13)
      case UInt8(ascii: "n"): bytes.append(10)
      case UInt8(ascii: "t"): bytes.append(9)
      case UInt8(ascii: "\\"): bytes.append(UInt8(ascii: "\\"))
      case UInt8(ascii: "x"):
        let digits = String(decoding: rest.prefix(2), as: UTF8.self)
        bytes.append(try #require(UInt8(digits, radix: 16)))
        rest = rest.dropFirst(2)
      default: Issue.record("a fixture has an escape that is none")
      }
    }
    return bytes
  }
}

/// What came of bytes that a parser was fed.
enum ParsingOutcome: Equatable {
  case incomplete
  /// The head in the words of the fixtures, and the bytes it took.
  case head(String, byteCount: Int)
  case refused(status: Int, message: String)

  /// - Parameter ends: how many of the bytes have arrived at each call of the parser.
  init(of wire: [UInt8], arrivingUpTo ends: some Sequence<Int>, limits: Limits = Limits()) {
    var parser = RequestParser(limits: RequestLimits(limits))
    self = .incomplete
    do throws(HTTPError) {
      for end in ends {
        if let (head, byteCount) = try parser.parse(wire.span.extracting(first: end)) {
          self = .head(Self.describe(head), byteCount: byteCount)
          return
        }
      }
    } catch {
      self = .refused(status: error.status.code, message: error.message)
    }
  }

  init(ofWhole wire: [UInt8], limits: Limits = Limits()) {
    self.init(of: wire, arrivingUpTo: [wire.count], limits: limits)
  }

  init(ofEachByte wire: [UInt8], limits: Limits = Limits()) {
    self.init(of: wire, arrivingUpTo: 0...wire.count, limits: limits)
  }

  var status: Int? {
    if case .refused(let status, _) = self { status } else { nil }
  }

  private static func describe(_ head: RequestHead) -> String {
    let fields = head.fields.entries.map { entry in
      let name = String(decoding: head.fields.bytes[entry.name], as: UTF8.self)
      let value = String(decoding: head.fields.bytes[entry.value], as: UTF8.self)
      return "field \(name): \(value)\n"
    }
    let body =
      switch head.framing {
      case .none: "none"
      case .length(let count): "length \(count)"
      case .chunked: "chunked"
      }
    return """
      method \(head.method)
      target \(head.target)
      path \(head.path)
      version \(head.version == .http10 ? "1.0" : "1.1")
      \(fields.joined())body \(body)
      keeps alive \(head.keepsAlive ? "yes" : "no")
      expects continue \(head.expectsContinue ? "yes" : "no")

      """
  }
}
