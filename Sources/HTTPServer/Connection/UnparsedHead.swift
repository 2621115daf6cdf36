/// What can be told of bytes that may be anything, so that whoever sent them understands the response.
struct UnparsedHead {
  /// `nil` where there is none, or none that is known here.
  let method: Method?
  /// As it was sent, or as much of it as has arrived; `nil` where it is not one in origin form.
  let target: String?
  let fields: Fields

  init(_ bytes: Span<UInt8>, limits: RequestLimits) {
    let all = [UInt8](copying: bytes)
    var lines = all.split(separator: .lineFeed).drop { $0 == [.carriageReturn] }
    let words = lines.popFirst()?.split(
      separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    var fields = Fields()
    // Where there are too many, what tells a browser from a script may stand behind them.
    let last = lines.dropFirst(limits.maxFields).suffix(limits.maxFields)
    for line in lines.prefix(limits.maxFields) + last { fields.addUnparsed(line) }
    self.fields = fields
    method = Self.method(words ?? [])
    target = Self.target(words ?? [])
  }

  /// A method is known once there is something behind it.
  private static func method(_ words: [ArraySlice<UInt8>]) -> Method? {
    guard words.count > 1 else { return nil }
    let word = words[0]
    return Method(word.span)
  }

  private static func target(_ words: [ArraySlice<UInt8>]) -> String? {
    guard words.count > 1 else { return nil }
    let word = words[1]
    let isTarget = word.first == UInt8(ascii: "/") && RequestTarget.isVisible(word.span)
    return isTarget ? String(decoding: word, as: UTF8.self) : nil
  }
}

extension RequestHead {
  /// The head of a request that is refused: nothing but the response may come of it. What was not
  /// understood is that of `GET /`.
  convenience init(_ unparsed: UnparsedHead) {
    let target = unparsed.target ?? "/"
    let encodedPath = target.utf8.prefix { $0 != UInt8(ascii: "?") }
    self.init(
      method: unparsed.method ?? .get, version: .http11, target: target,
      path: PercentEncoding.decodeStrictly(encodedPath) ?? "/", fields: unparsed.fields,
      framing: .none, keepsAlive: false, expectsContinue: false)
  }
}

extension Fields {
  /// Adds a line of a head, if it is a field.
  fileprivate mutating func addUnparsed(_ line: ArraySlice<UInt8>) {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return }
    let value = String(
      decoding: line[(colon + 1)...].filter { $0 != .carriageReturn }, as: UTF8.self)
    guard let name = FieldName(String(decoding: line[..<colon], as: UTF8.self)) else { return }
    do throws(FieldValueError) {
      add(name, try FieldValue(String(Substring(value.utf8.trimmingWhitespace()))))
    } catch {
      // It holds a NUL, and is not a field.
    }
  }
}
