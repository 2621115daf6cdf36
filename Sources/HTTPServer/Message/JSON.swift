#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// How this package writes and reads JSON (RFC 8259): keys in alphabetical order, on one line, and
/// slashes as they are.
package enum JSON {
  /// - Throws: what the value's encoding throws; strings, whole numbers and truth values never do.
  package static func bytes(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return [UInt8](try encoder.encode(value))
  }

  /// - Throws: what `bytes` throws.
  package static func text(_ value: some Encodable) throws -> String {
    String(decoding: try bytes(value), as: UTF8.self)
  }

  /// - Throws: `DecodingError`, and what the value's decoding throws.
  static func value<Value: Decodable>(_ type: Value.Type, in bytes: [UInt8]) throws -> Value {
    try JSONDecoder().decode(type, from: Data(bytes))
  }
}
