import Testing

@testable import Platform

@Suite("An Internet address")
struct InternetAddressTests {
  @Test(
    "an Internet address is read and written in digits, IPv4 over IPv6 as IPv4",
    arguments: [
      ("192.0.2.1", "192.0.2.1"), ("2001:DB8::1", "2001:db8::1"), ("::1", "::1"), ("::", "::"),
      ("::ffff:192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"),
      ("255.255.255.255", "255.255.255.255"),
    ])
  func text(given: String, written: String) throws {
    #expect(try #require(InternetAddress(given)).description == written)
  }

  @Test(
    "what is not an Internet address in digits is none",
    arguments: [
      "", "localhost", "1.2.3", "1.2.3.256", "1.2.3.4\0", " 1.2.3.4", "[::1]", "::1%lo",
      "1.2.3.4:5",
    ]
  )
  func none(text: String) { #expect(InternetAddress(text) == nil) }

  @Test("an Internet address shares its first bits with those of its block alone")
  func blocks() throws {
    func shares(_ one: String, _ bits: Int, _ other: String) throws -> Bool {
      try #require(InternetAddress(one)).shares(first: bits, with: #require(InternetAddress(other)))
    }
    #expect(try shares("10.0.0.0", 8, "10.255.0.1"))
    #expect(try !shares("10.0.0.0", 8, "11.0.0.1"))
    #expect(try shares("10.1.2.3", 32, "::ffff:10.1.2.3"))
    #expect(try !shares("10.1.2.3", 32, "10.1.2.2"))
    #expect(try shares("2001:db8::", 33, "2001:db8:7fff::1"))
    #expect(try !shares("2001:db8::", 33, "2001:db8:8000::1"))
    #expect(try shares("::", 0, "2001:db8::1"))
    #expect(try shares("0.0.0.0", 0, "192.0.2.1"))
    // Not even then: an address of the other kind.
    #expect(try !shares("::", 0, "192.0.2.1"))
    #expect(try !shares("0.0.0.0", 0, "::1"))
  }

  @Test("an Internet address of this machine alone is told from others")
  func loopback() {
    #expect(["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"].allSatisfy { isLoopback($0) })
    #expect(!["128.0.0.1", "::2", "0.0.0.0", "::"].contains { isLoopback($0) })
  }

  private func isLoopback(_ text: String) -> Bool { InternetAddress(text)?.isLoopback == true }
}
