import Testing

@testable import HTTPServer

@Suite("Cookies")
struct CookieTests {
  @Test("a cookie says its attributes")
  func attributes() throws {
    #expect("\(try Cookie("ballot", "x"))" == "ballot=x; Path=/; SameSite=Lax; HttpOnly")
    let cookie = try Cookie(
      "a", "", maxAge: .seconds(31_536_000), path: "/desk", httpOnly: false, sameSite: .strict,
      secure: true)
    #expect("\(cookie)" == "a=; Path=/desk; SameSite=Strict; Max-Age=31536000; Secure")
  }

  @Test("an age of nothing or less deletes a cookie", arguments: [0, -5])
  func deletes(seconds: Int) throws {
    let cookie = try Cookie("a", "", maxAge: .seconds(seconds))
    #expect(cookie.description.contains("; Max-Age=0;"))
  }

  @Test("a cookie's value takes every byte RFC 6265 allows, and no other")
  func values() throws {
    let legal = (UInt8(0x21)...0x7E).filter { !"\",;\\".utf8.contains($0) }
    let value = String(decoding: legal, as: UTF8.self)
    #expect(try Cookie("a", value).value == value)
    for byte in (UInt8(0)...0x7F) where !legal.contains(byte) {
      #expect(throws: CookieError.illegalValue) {
        try Cookie("a", String(decoding: [byte], as: UTF8.self))
      }
    }
    #expect(throws: CookieError.illegalValue) { try Cookie("a", "ü") }
    #expect(throws: CookieError.illegalValue) { try Cookie("a", "x\r\nSet-Cookie: b=c") }
  }

  @Test("a cookie's name is a token", arguments: ["", "a b", "a=b", "a;", "ü", "a\r\n"])
  func names(name: String) {
    #expect(throws: CookieError.illegalName) { try Cookie(name, "x") }
  }

  @Test(
    "a path starts with a slash and ends no attribute", arguments: ["", "desk", "/;x", "/\r\n"])
  func paths(path: String) {
    #expect(throws: CookieError.illegalPath) { try Cookie("a", "x", path: path) }
  }

  @Test("a cookie of more than a browser keeps is refused")
  func length() throws {
    _ = try Cookie("a", String(repeating: "x", count: 4095))
    #expect(throws: CookieError.tooLong(byteCount: 4097)) {
      try Cookie("a", String(repeating: "x", count: 4096))
    }
  }

  @Test("a cookie with SameSite=None and without Secure traps")
  func sameSiteNone() async throws {
    #expect(try Cookie("a", "x", sameSite: .none, secure: true).description.contains("None"))
    await #expect(processExitsWith: .failure) {
      _ = try Cookie("a", "x", sameSite: .none)
    }
  }

  @Test("a response sets each cookie once, the last time said")
  func response() throws {
    let response = Response()
    response.set(try Cookie("ballot", "1"))
    response.set(try Cookie("ballots", "2"))
    response.set(try Cookie("ballot", "3"))
    let values = response.fields.values(of: "Set-Cookie").map { $0.prefix { $0 != ";" } }
    #expect(values == ["ballots=2", "ballot=3"])
  }

  @Test("the cookie that a response sets, a request gives back")
  func roundTrip() throws {
    let cookie = try Cookie("ballot", "a=b!~")
    let request = Request(.get, "/", fields: ["Cookie": "x=1; \(cookie.name)=\(cookie.value)"])
    #expect(request.cookie("ballot") == "a=b!~")
  }
}
