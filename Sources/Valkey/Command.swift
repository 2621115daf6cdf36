/// A command for a server: its name and its words, each of them any bytes.
///
/// It is an array of bulk strings (RESP2), which every server reads whatever it speaks besides.
public struct Command: Sendable {
  /// Of words, the name among them.
  private(set) var count = 0
  private(set) var body: [UInt8] = []

  public init(_ words: String...) { self.init(words) }

  public init(_ words: [String]) {
    for word in words { add(word) }
  }

  public mutating func add(_ word: String) {
    var word = word
    word.withUTF8 { unsafe add(UnsafeRawBufferPointer($0)) }
  }

  public mutating func add(_ number: Int) { add(String(number)) }

  public mutating func add(_ word: [UInt8]) {
    unsafe word.withUnsafeBytes { unsafe add($0) }
  }

  private mutating func add(_ word: UnsafeRawBufferPointer) {
    count += 1
    Self.writeHead(UInt8(ascii: "$"), word.count, to: &body)
    unsafe body.append(contentsOf: word)
    body += Self.lineEnd
  }

  /// Writes it behind the bytes that are there.
  func write(to bytes: inout [UInt8]) {
    Self.writeHead(UInt8(ascii: "*"), count, to: &bytes)
    bytes += body
  }

  private static let lineEnd = [UInt8(ascii: "\r"), UInt8(ascii: "\n")]

  private static func writeHead(_ kind: UInt8, _ length: Int, to bytes: inout [UInt8]) {
    bytes.append(kind)
    bytes += String(length).utf8
    bytes += lineEnd
  }
}
