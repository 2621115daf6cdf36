import TestSupport
import Testing
import Voting

@testable import ShowOfHands

@Suite("The desk and other sites")
struct DeskOriginTests {
  /// A form, a script and a link of another site, as browsers send them with and without Fetch
  /// Metadata.
  private static let foreign = [
    "Origin: http://evil.example\r\nAccept: text/html\r\nReferer: http://evil.example/\r\n",
    "Origin: null\r\nAccept: text/html\r\n",
    "Origin: http://evil.example\r\nAccept: */*\r\nAccept-Language: de\r\n",
    "Origin: http://test:81\r\nAccept: */*\r\n",
    "Referer: http://evil.example/test\r\nAccept: */*\r\n",
    "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nAccept: text/html\r\n",
    "Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: cors\r\nOrigin: http://test:81\r\n",
    "Sec-Fetch-Site: cross-site\r\nOrigin: http://test\r\n",
  ]

  @Test("what another site brings about is refused before any key is looked at", arguments: foreign)
  func foreignPost(fields: String) async throws {
    try await withService { service in
      let cookie = try #require(
        try service.visitor().post("session", "key=\(service.key)").deskCookie)
      for credentials in [
        "", "Cookie: \(cookie)\r\n", "Authorization: Bearer \(service.key)\r\n",
        "Authorization: Bearer wrong\r\n",
      ] {
        let visitor = DeskVisitor(client: try service.client(), fields: credentials + fields)
        for step in ["close", "pair", "revoke", "session", "ask"] {
          let reply = try visitor.post(step, "question=Tea%3F&key=\(service.key)")
          #expect(reply.status == 403, "\(step)")
          #expect(reply.cookies.isEmpty)
        }
      }
      // None of the wrong ones was counted.
      #expect(try service.visitor().post("session", "key=wrong").status == 401)
      #expect(service.ballotBox.standing.room.version == 1)
    }
  }

  @Test("a link of another site does nothing, whatever it says")
  func links() async throws {
    try await withService { service in
      let browser = try service.browser()
      for step in ["next", "close", "undo", "revoke", "session"] {
        let reply = try browser.get("/desk/\(step)?question=x", "Referer: http://evil.example/\r\n")
        #expect(reply.status == 405 || reply.status == 403, "\(step)")
      }
      #expect(service.ballotBox.standing.room.version == 1)
    }
  }

  @Test("what the desk knows is not read from another site, and no site is allowed to")
  func foreignReads() async throws {
    try await withService { service in
      let browser = try service.browser()
      let cookie = browser.fields.replacing(DeskVisitor.ownOrigin, with: "")
      for fields in Self.foreign {
        let visitor = DeskVisitor(client: try service.client(), fields: cookie + fields)
        for target in ["/desk/state.json", "/desk/stream"] {
          #expect(try visitor.get(target).status == 403, "\(target)")
        }
      }
      #expect(try browser.get()["access-control-allow-origin"] == nil)
    }
  }

  @Test("a cookie comes by itself, so a post with one says which page it is from")
  func silentCookie() async throws {
    try await withService { service in
      let browser = try service.browser()
      let cookie = browser.fields.replacing(DeskVisitor.ownOrigin, with: "")
      let silent = DeskVisitor(client: try service.client(), fields: cookie)
      #expect(try silent.get().status == 200)
      #expect(try silent.post("close").status == 403)
      #expect(try silent.post("close", "", "Sec-Fetch-Site: none\r\n").status == 403)
      #expect(try silent.post("close", "", "Referer: http://test/desk\r\n").status == 200)
      #expect(try silent.post("open", "", "Sec-Fetch-Site: same-origin\r\n").status == 200)
    }
  }
}

@Suite("Pages in frames")
struct FrameTests {
  @Test("other sites may show the result in a frame, and nothing that has a button")
  func frames() async throws {
    try await withService { service in
      let client = try service.client()
      let result = try client.get("/result")
      #expect(result["content-security-policy"]?.contains("frame-ancestors") == false)
      #expect(result["x-frame-options"] == nil)
      for target in ["/", "/desk", "/desk/state.json", "/nowhere"] {
        let policy = try client.get(target)["content-security-policy"]
        #expect(policy?.contains("frame-ancestors 'none'") == true, "\(target)")
      }
    }
  }
}
