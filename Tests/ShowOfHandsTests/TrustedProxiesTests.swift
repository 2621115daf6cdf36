import Platform
import Testing

@testable import ShowOfHands

@Suite("Trusted proxies")
struct TrustedProxiesTests {
  @Test(
    "trusted proxies: the nearest address that is none of theirs sent the request",
    arguments: [
      // Nobody is trusted, or not this peer: what it says is worth nothing.
      ("10.0.0.9", "203.0.113.5", ["192.0.2.1"], "203.0.113.5"),
      ("unix", "10.0.0.1", ["192.0.2.1"], "10.0.0.1"),
      ("10.0.0.1", "unix", ["192.0.2.1"], "unix"),
      // One proxy; what a client wrote stands to the left.
      ("10.0.0.1", "10.0.0.1", ["192.0.2.1"], "192.0.2.1"),
      ("10.0.0.1", "10.0.0.1", ["6.6.6.6, 192.0.2.1"], "192.0.2.1"),
      ("10.0.0.1", "10.0.0.1", ["6.6.6.6", "192.0.2.1"], "192.0.2.1"),
      ("unix", "unix", ["192.0.2.1"], "192.0.2.1"),
      ("10.0.0.1", "10.0.0.1", [], "10.0.0.1"),
      // A chain of them.
      ("10.0.0.0/8", "10.0.0.1", ["192.0.2.1, 10.9.9.9"], "192.0.2.1"),
      ("10.0.0.0/8, unix", "unix", ["6.6.6.6, 192.0.2.1, unix:, 10.9.9.9"], "192.0.2.1"),
      ("10.0.0.0/8", "10.0.0.1", ["10.1.1.1,10.2.2.2"], "10.1.1.1"),
      ("fd00::/8,127.0.0.1", "127.0.0.1", ["2001:db8::7, fd00::2"], "2001:db8::7"),
      // With ports and in brackets.
      ("10.0.0.1", "10.0.0.1", ["192.0.2.1:4711"], "192.0.2.1"),
      ("10.0.0.1", "10.0.0.1", ["[2001:db8::7]:4711"], "2001:db8::7"),
      ("10.0.0.1", "10.0.0.1", ["[2001:db8::7]"], "2001:db8::7"),
      // What is no address ends the search, and an empty one does not count.
      ("10.0.0.0/8", "10.0.0.1", ["6.6.6.6, unknown, 10.9.9.9"], "10.9.9.9"),
      ("10.0.0.0/8", "10.0.0.1", ["6.6.6.6, _hidden"], "10.0.0.1"),
      ("10.0.0.1", "10.0.0.1", ["192.0.2.1, , "], "192.0.2.1"),
      ("10.0.0.1", "10.0.0.1", [",\u{1B}[31m 1,"], "10.0.0.1"),
    ])
  func client(trusted: String, peer: String, lines: [String], client: String) throws {
    let proxies = try #require(TrustedProxies(trusted))
    let peer = try peer == "unix" ? .unix : PeerAddress.internet(#require(InternetAddress(peer)))
    #expect(proxies.client(behind: peer, forwardedFor: lines).description == client)
  }

  @Test("trusted proxies are few, and so are the addresses looked at")
  func limits() throws {
    let many = Array(repeating: "10.0.0.1", count: TrustedProxies.maxBlocks)
    #expect(TrustedProxies(many.joined(separator: ",")) != nil)
    #expect(TrustedProxies((many + ["10.0.0.1"]).joined(separator: ",")) == nil)
    let proxies = try #require(TrustedProxies("10.0.0.1"))
    let hops = ["6.6.6.6"] + Array(repeating: "10.0.0.1", count: TrustedProxies.maxHops)
    let peer = PeerAddress.internet(try #require(InternetAddress("10.0.0.1")))
    let client = proxies.client(behind: peer, forwardedFor: [hops.joined(separator: ",")])
    #expect(client == peer)
  }

  @Test(
    "what is neither an address, a block of them nor the word unix is no trusted proxy",
    arguments: [
      "", ",", "10.0.0.1,", "proxy.example", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0.0/",
      "10.0.0.0/8/8", "UNIX", "*",
    ])
  func none(text: String) {
    #expect(TrustedProxies(text) == nil)
    let error = #expect(throws: UsageError.self) {
      try Options(["--trusted-proxy", text], environment: [:], cores: 1)
    }
    #expect(error?.message.hasPrefix("--trusted-proxy cannot be '") == true)
  }

  @Test("trusted proxies are none unless somebody names them")
  func nobody() throws {
    let options = try Options([], environment: [:], cores: 1)
    #expect(options.trustedProxies == TrustedProxies())
    let proxies = try Options(
      [], environment: ["SHOWOFHANDS_TRUSTED_PROXY": "unix"], cores: 1
    ).trustedProxies
    #expect(proxies == TrustedProxies("unix"))
  }
}
