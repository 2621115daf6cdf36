import Testing

@testable import HTTPServer

@Suite("Cross-origin requests")
struct CrossOriginTests {
  private static let home = "https://example.org"

  private func app(allowing origins: AllowedOrigins) -> Application {
    var app = Application()
    app.use(
      crossOrigin(
        allowing: origins, methods: [.get, .post], requestFields: ["Content-Type", "X-Round"],
        maxAge: .seconds(60)))
    app.get("/tally") { _, response in response.send("12") }
    app.post("/vote") { _, _ in throw HTTPError(.conflict, "The round is closed.") }
    return app
  }

  private func preflight(_ origin: String?) -> Request {
    var fields: Fields = ["Access-Control-Request-Method": "POST"]
    if let origin { fields.set(["Origin": origin]) }
    return Request(.options, "/vote", fields: fields)
  }

  @Test("with any origin allowed, every response says so and varies by nothing")
  func any() async throws {
    let app = app(allowing: .any)
    for fields: Fields in [["Origin": Self.home], ["Origin": "null"], [:]] {
      let response = await app.respond(to: Request(.get, "/tally", fields: fields))
      #expect(response.fields["Access-Control-Allow-Origin"] == "*")
      #expect(response.fields["Vary"] == nil)
      #expect(response.text == "12")
    }
  }

  @Test("a listed origin is named, another is not, and both responses vary by it")
  func listed() async {
    let app = app(allowing: .origins([Self.home, "http://localhost:8080"]))
    let answers: [(String?, String?)] = [
      (Self.home, Self.home), ("http://localhost:8080", "http://localhost:8080"),
      ("http://example.org", nil), ("https://example.org:444", nil), ("https://example.org/", nil),
      ("https://sub.example.org", nil), ("HTTPS://EXAMPLE.ORG", nil), ("null", nil), (nil, nil),
    ]
    for (origin, allowed) in answers {
      let fields: Fields = origin.map { ["Origin": $0] } ?? [:]
      let response = await app.respond(to: Request(.get, "/tally", fields: fields))
      #expect(response.status == .ok)
      #expect(response.fields["Access-Control-Allow-Origin"] == allowed)
      #expect(response.fields["Vary"] == "Origin")
    }
  }

  @Test("a script may read errors too")
  func errors() async throws {
    let request = Request(.post, "/vote", fields: ["Origin": Self.home])
    let one = await app(allowing: .any).respond(to: request)
    #expect(one.status == .conflict)
    #expect(one.fields["Access-Control-Allow-Origin"] == "*")
    let other = await app(allowing: .origins([Self.home])).respond(to: request)
    #expect(other.fields["Access-Control-Allow-Origin"] == Self.home)
    #expect(other.fields["Vary"] == "Origin")
  }

  @Test("a preflight is told what is allowed")
  func preflight() async throws {
    let response = await app(allowing: .origins([Self.home])).respond(to: preflight(Self.home))
    #expect(response.status == .noContent)
    #expect(response.text == "")
    #expect(response.fields["Access-Control-Allow-Origin"] == Self.home)
    #expect(response.fields["Access-Control-Allow-Methods"] == "GET, POST")
    #expect(response.fields["Access-Control-Allow-Headers"] == "Content-Type, X-Round")
    #expect(response.fields["Access-Control-Max-Age"] == "60")
    #expect(response.fields["Vary"] == "Origin")
  }

  @Test("a preflight from elsewhere learns nothing, and plain OPTIONS is treated as ever")
  func refusedPreflight() async {
    let app = app(allowing: .origins([Self.home]))
    let requests = [
      preflight("https://elsewhere.example"), preflight(nil),
      Request(.options, "/vote", fields: ["Origin": Self.home]),
    ]
    for request in requests {
      let response = await app.respond(to: request)
      #expect(response.status == .noContent)
      #expect(response.fields["Allow"] == "OPTIONS, POST")
      #expect(response.fields["Access-Control-Allow-Methods"] == nil)
    }
  }

  @Test("an origin with a path traps")
  func badOrigin() async {
    await #expect(processExitsWith: .failure) {
      _ = crossOrigin(allowing: .origins(["https://example.org/"]))
    }
  }
}
