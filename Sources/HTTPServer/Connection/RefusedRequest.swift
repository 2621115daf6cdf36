/// A request that is refused before a handler could see it, and what is known of it.
///
/// A class, because it is rare: as a value it would take its room in the frame of every request.
final class RefusedRequest {
  let error: HTTPError
  /// As far as it was understood.
  let request: Request

  init(_ error: HTTPError, _ request: Request) {
    self.error = error
    self.request = request
  }

  /// - Parameter bytes: of its head, as far as it has arrived.
  convenience init(_ error: HTTPError, unparsed bytes: Span<UInt8>, limits: RequestLimits) {
    self.init(error, Request(RequestHead(unparsed: bytes, limits: limits), body: []))
  }
}

extension RequestHead {
  /// Looks for what can be told of bytes that may be anything, so that whoever sent them understands
  /// the response. Nothing else may come of such a head.
  init(unparsed bytes: Span<UInt8>, limits: RequestLimits) {
    let all = [UInt8](copying: bytes)
    var lines = all.split(separator: .lineFeed).drop { $0 == [.carriageReturn] }
    let words = lines.popFirst()?.split(
      separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    var fields = Fields()
    // Where there are too many, what tells a browser from a script may stand behind them.
    let last = lines.dropFirst(limits.maxFields).suffix(limits.maxFields)
    for line in lines.prefix(limits.maxFields) + last { fields.addUnparsed(line) }
    let target = Self.target(words ?? [])
    let encodedPath = target.utf8.prefix { $0 != UInt8(ascii: "?") }
    self.init(
      method: Self.method(words ?? []), version: .http11, target: target,
      path: PercentEncoding.decodeStrictly(encodedPath) ?? "/", fields: fields, framing: .none,
      keepsAlive: false, expectsContinue: false)
  }

  /// A method is known once there is something behind it.
  private static func method(_ words: [ArraySlice<UInt8>]) -> Method {
    guard words.count > 1 else { return .get }
    let word = words[0]
    return Method(word.span) ?? .get
  }

  private static func target(_ words: [ArraySlice<UInt8>]) -> String {
    guard words.count > 1 else { return "/" }
    let word = words[1]
    let isTarget = word.first == UInt8(ascii: "/") && RequestTarget.isVisible(word.span)
    return isTarget ? String(decoding: word, as: UTF8.self) : "/"
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
