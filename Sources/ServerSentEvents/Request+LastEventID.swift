public import HTTPServer

extension Request {
  /// The id of the last event that the client has, which a browser sends when it comes back; `nil`
  /// where it has none, or the field is there twice (WHATWG HTML, section 9.2.4). It may be
  /// anything: whoever sent it is not known.
  public var lastEventID: String? {
    let values = Array(fields.values(of: "Last-Event-ID"))
    guard values.count == 1, !values[0].isEmpty else { return nil }
    return String(values[0])
  }
}
