import Testing

@testable import Platform

@Suite("The network interfaces")
struct NetworkInterfaceTests {
  @Test("the interfaces have the loopback, which leads nowhere else")
  func loopback() throws {
    let all = NetworkInterface.all()
    let loopback = try #require(all.first { $0.address == "127.0.0.1" })
    #expect(loopback.isUp && loopback.isLoopback && !loopback.isIPv6)
    #expect(!loopback.isPointToPoint && !loopback.isVeth && !loopback.hasDefaultRoute)
    #expect(loopback.prefixLength == 8)
  }

  @Test("every interface has a name, an address in digits and a mask that fits it")
  func plausible() throws {
    for interface in NetworkInterface.all() {
      #expect(!interface.name.isEmpty)
      #expect((0...(interface.isIPv6 ? 128 : 32)).contains(interface.prefixLength))
      #expect(!interface.address.contains("%"))
      let addresses = try SocketAddress.resolve(host: interface.address, port: 1)
      #expect(addresses.allSatisfy { $0.host == interface.address })
    }
  }

  @Test("asking for the interfaces leaves no descriptor open")
  func noDescriptors() throws {
    // Others open some meanwhile, but not as many.
    for _ in 0..<5_000 { _ = NetworkInterface.all() }
    let probe = try Descriptor(readingFrom: "/dev/null")
    let number = probe.number
    #expect(number < 5_000)
  }
}
