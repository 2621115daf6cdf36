import HTTPServer
import TestSupport
import Testing
import Voting

@testable import ShowOfHands

/// Somebody at the desk, with a connection of their own.
struct DeskVisitor {
  let client: Client
  /// Sent with every request.
  var fields = ""

  func get(_ target: String = "/desk/state.json", _ more: String = "") throws -> Reply {
    try client.get(target, fields: fields + more)
  }

  /// Posts a form to `/desk/<step>`.
  func post(
    _ step: String, _ body: String = "", _ more: String = "",
    type: String = "application/x-www-form-urlencoded"
  ) throws -> Reply {
    try client.send(
      """
      POST /desk/\(step) HTTP/1.1\r\nHost: test\r\nContent-Length: \(body.utf8.count)\r
      Content-Type: \(type)\r\n\(fields)\(more)\r\n\(body)
      """)
    return try client.reply()
  }

  func postJSON(_ step: String, _ body: String) throws -> Reply {
    try post(step, body, type: "application/json")
  }
}

extension Service {
  var key: String { desk.gate.key.text }

  /// Who brings nothing.
  func visitor() throws -> DeskVisitor { DeskVisitor(client: try client()) }

  /// A script with the key.
  func script() throws -> DeskVisitor {
    DeskVisitor(client: try client(), fields: "Authorization: Bearer \(key)\r\n")
  }

  /// A browser that has signed in, as its desk's page sends its requests.
  func browser() throws -> DeskVisitor {
    let reply = try visitor().post("session", "key=\(key)", DeskVisitor.ownOrigin)
    let cookie = try #require(reply.deskCookie)
    return DeskVisitor(
      client: try client(), fields: "Cookie: \(cookie)\r\n\(DeskVisitor.ownOrigin)")
  }
}

extension DeskVisitor {
  static let ownOrigin = "Origin: http://test\r\n"
  static let window = "Accept: text/html\r\n"
}

extension Reply {
  /// The session this response sets, as a browser sends it back.
  var deskCookie: String? {
    cookies.first { $0.hasPrefix("desk-") }.map { String($0.prefix { $0 != ";" }) }
  }

  /// The number behind the name in a JSON body; the first of that name.
  func number(_ name: String) -> Int? {
    guard let range = text.firstRange(of: "\"\(name)\":") else { return nil }
    return Int(text[range.upperBound...].prefix { $0.isNumber || $0 == "-" })
  }
}
