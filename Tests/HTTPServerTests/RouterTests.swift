import Testing

@testable import HTTPServer

@Suite("Router")
struct RouterTests {
  /// Routes whose handlers answer with what they were registered for.
  private let router: Router = {
    var router = Router()
    for (method, pattern) in [
      (Method.get, "/"), (.get, "/vote"), (.post, "/vote"), (.get, "/a b"), (.get, "/rooms/"),
      (.post, "/rooms/new"), (.get, "/rooms/:room"), (.delete, "/rooms/:room"),
      (.get, "/rooms/:room/votes/:vote"), (.put, "/:file"),
    ] {
      router.add(method, pattern) { _, response in response.send("\(method) \(pattern)") }
    }
    return router
  }()

  private func request(_ method: Method, _ target: String) -> Request {
    let path = String(Substring(target.utf8.prefix { $0 != UInt8(ascii: "?") }))
    let head = RequestHead(
      method: method, version: .http11, target: target,
      path: PercentEncoding.decodeStrictly(path.utf8) ?? path, fields: Fields(), framing: .none,
      keepsAlive: true, expectsContinue: false)
    return Request(head, body: [])
  }

  /// What the handler answers, and its parameters.
  private func answer(
    _ method: Method, _ target: String
  ) async throws -> (text: String, parameters: [String: String])? {
    let request = request(method, target)
    guard let (endpoint, parameters) = router.match(request.head) else { return nil }
    let response = Response()
    try await endpoint.handler(request, response)
    guard case .bytes(let bytes) = response.body else { return nil }
    return (String(decoding: bytes, as: UTF8.self), parameters)
  }

  @Test(
    "a path finds its route",
    arguments: [
      (Method.get, "/", "GET /"),
      (.get, "/?a=b", "GET /"),
      (.get, "/vote?yes=true", "GET /vote"),
      (.get, "/v%6Fte", "GET /vote"),
      (.post, "/vote", "POST /vote"),
      (.head, "/vote", "GET /vote"),
      (.get, "/a%20b", "GET /a b"),
      (.get, "/rooms/", "GET /rooms/"),
      (.head, "/rooms/7", "GET /rooms/:room"),
      (.delete, "/rooms/7", "DELETE /rooms/:room"),
      (.get, "/rooms/new", "GET /rooms/:room"),
      (.post, "/rooms/new", "POST /rooms/new"),
      (.put, "/vote", "PUT /:file"),
      (.put, "/%CC%A9", "PUT /:file"),
      (.post, "/rooms%2Fnew", nil),
      (.get, "/nothing", nil),
      (.get, "//", nil),
      (.get, "/vote/", nil),
      (.get, "/Vote", nil),
      (.delete, "/rooms/", nil),
      (.post, "/rooms/7", nil),
      (.head, "/rooms/7/votes", nil),
      (.options, "*", nil),
      (.put, "/%FF", nil),
    ] as [(Method, String, String?)])
  func matched(_ method: Method, _ target: String, _ expected: String?) async throws {
    #expect(try await answer(method, target)?.text == expected)
  }

  @Test(
    "parameters are decoded segment by segment",
    arguments: [
      ("/rooms/7?x=y", ["room": "7"]),
      ("/rooms/a%2Fb", ["room": "a/b"]),
      ("/rooms/100%25", ["room": "100%"]),
      ("/rooms/a+b", ["room": "a+b"]),
      ("/rooms/:room", ["room": ":room"]),
      ("/rooms/%C3%A9/votes/%31", ["room": "é", "vote": "1"]),
    ])
  func parameters(_ target: String, _ expected: [String: String]) async throws {
    #expect(try await answer(.get, target)?.parameters == expected)
  }

  @Test(
    "Allow lists what the routes at a path take",
    arguments: [
      ("/vote", "GET HEAD OPTIONS POST PUT"),
      ("/rooms/new", "DELETE GET HEAD OPTIONS POST"),
      ("/rooms/100%25", "DELETE GET HEAD OPTIONS"),
      ("/rooms/a%2Fb", "DELETE GET HEAD OPTIONS"),
      ("/rooms%2Fnew", "OPTIONS PUT"),
      ("/nothing", "OPTIONS PUT"),
      // A slash and a combining mark behind it are one `Character`, and still two parts of a path.
      ("/%CC%A9", "OPTIONS PUT"),
      ("/nothing/", ""),
      ("*", ""),
    ])
  func allowed(_ target: String, _ expected: String) {
    let methods = router.methods(for: request(.options, target))
    #expect(methods.map(\.name).joined(separator: " ") == expected)
  }

  @Test("a route registered twice stops the program")
  func twice() async {
    await #expect(processExitsWith: .failure) {
      var router = Router()
      router.add(.get, "/:a") { _, _ in }
      router.add(.get, "/:a") { _, _ in }
    }
  }

  @Test("a method is known by its exact name")
  func methods() {
    for method in Method.known {
      #expect(Method(Array(method.name.utf8).span) == method)
      #expect(Method(Array((method.name + "S").utf8).span) == nil)
      #expect(Method(Array(method.name.lowercased().utf8).span) == nil)
    }
    #expect(Method([UInt8]().span) == nil)
  }
}
