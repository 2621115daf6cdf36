import TestSupport

extension Client {
  /// A client that has asked for a stream and read its head.
  static func stream(_ port: Int, _ target: String, fields: String = "") throws -> Client {
    let client = try Client(port: port)
    try client.send("GET \(target) HTTP/1.1\r\nHost: test\r\n\(fields)\r\n")
    let head = try client.head()
    guard head.status == 200, head["content-type"] == "text/event-stream" else {
      throw Failure.closed(have: "status \(head.status)")
    }
    return client
  }

  /// Reads so many events that have no name of their own.
  func messages(_ count: Int) throws -> [ReceivedEvent] {
    var messages: [ReceivedEvent] = []
    while messages.count < count {
      let more = try events()
      if more.isEmpty { throw Failure.closed(have: "\(messages.count) messages") }
      messages += more.filter { $0.name == "message" }
    }
    return messages
  }
}
