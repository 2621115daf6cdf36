internal import Foundation

/// An answer as a client reads it.
public struct Reply: Sendable {
  public let status: Int
  /// Names in small letters.
  public let fields: [(name: String, value: String)]
  public var body: [UInt8] = []

  init(head: [UInt8]) {
    let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
    status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    fields = lines.dropFirst().map { line in
      let colon = line.firstIndex(of: ":") ?? line.endIndex
      let value = line[colon...].dropFirst().drop { $0 == " " }
      return (line[..<colon].lowercased(), String(value))
    }
  }

  /// - Parameter output: of `curl -i`.
  init(curl output: String) {
    let end = output.range(of: "\r\n\r\n")
    self.init(head: Array(output[..<(end?.lowerBound ?? output.endIndex)].utf8))
    body = Array(output[(end?.upperBound ?? output.endIndex)...].utf8)
  }

  public var text: String { String(decoding: body, as: UTF8.self) }

  /// The first field of the name, in small letters.
  public subscript(_ name: String) -> String? { fields.first { $0.name == name }?.value }
}
