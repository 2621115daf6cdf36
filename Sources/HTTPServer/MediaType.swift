/// A value for `Content-Type` (RFC 9110, section 8.3).
public struct MediaType: Sendable, Equatable, CustomStringConvertible {
  public let description: String

  /// - Parameter text: a legal field value, written by the program itself.
  public init(_ text: StaticString) { description = "\(text)" }

  public static let html = MediaType("text/html; charset=utf-8")
  public static let text = MediaType("text/plain; charset=utf-8")
  public static let css = MediaType("text/css; charset=utf-8")
  public static let csv = MediaType("text/csv; charset=utf-8")
  public static let json = MediaType("application/json")
  public static let javascript = MediaType("text/javascript; charset=utf-8")
  public static let eventStream = MediaType("text/event-stream")
  public static let bytes = MediaType("application/octet-stream")
}
