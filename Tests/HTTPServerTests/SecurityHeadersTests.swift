import Testing

@testable import HTTPServer

@Suite("Security headers")
struct SecurityHeadersTests {
  private static let names: [FieldName] = [
    "Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy",
  ]

  private struct Fault: Error {}

  private var app: Application {
    var app = Application()
    app.log = .silent
    app.fields = securityHeaders()
    app.get("/page") { _, response in response.send("page", as: .html) }
    app.get("/embed") { _, response in
      response.set("Content-Security-Policy", "frame-ancestors *")
      response.send("embed", as: .html)
    }
    app.get("/refused") { _, response in
      response.set("Content-Security-Policy", "frame-ancestors *")
      response.set("X-Lost", "1")
      throw HTTPError(.conflict, "No.", fields: ["Referrer-Policy": "origin", "X-Kept": "1"])
    }
    app.get("/fault") { _, _ in throw Fault() }
    return app
  }

  @Test(
    "pages, errors and unknown addresses carry all of them, once",
    arguments: ["/page", "/refused", "/fault", "/nowhere"])
  func everywhere(target: String) async {
    let response = await app.respond(to: Request(.get, target))
    for name in Self.names { #expect(response.fields.values(of: name).count == 1) }
    #expect(response.fields["X-Content-Type-Options"] == "nosniff")
    #expect(
      response.fields["Content-Security-Policy"]
        == "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
  }

  @Test("a handler may say otherwise for its own response")
  func override() async {
    let response = await app.respond(to: Request(.get, "/embed"))
    #expect(response.fields.values(of: "Content-Security-Policy") == ["frame-ancestors *"])
  }

  @Test("an error keeps what belongs to it and forgets what the handler said")
  func errors() async {
    let response = await app.respond(to: Request(.get, "/refused"))
    #expect(response.fields.values(of: "Referrer-Policy") == ["origin"])
    #expect(response.fields["X-Kept"] == "1")
    #expect(response.fields["X-Lost"] == nil)
  }

  @Test("posts of the site's own forms keep their origin")
  func referrer() async {
    let response = await app.respond(to: Request(.get, "/page"))
    #expect(response.fields["Referrer-Policy"] == "same-origin")
  }

  @Test("the policy may be another")
  func ownPolicy() async {
    var app = Application()
    app.fields = securityHeaders(contentSecurityPolicy: "default-src 'self'")
    let response = await app.respond(to: Request(.get, "/"))
    #expect(response.fields["Content-Security-Policy"] == "default-src 'self'")
  }
}
