import Platform
import Testing

@testable import ShowOfHands

@Suite("The addresses where phones find the server")
struct JoinAddressesTests {
  private typealias Interface = NetworkInterface

  private func urls(_ interfaces: [NetworkInterface], host: String? = nil) -> [String] {
    JoinAddresses(interfaces: interfaces, port: 3000, host: host).all.map(\.url)
  }

  private static let loopback = [
    Interface(name: "lo", address: "127.0.0.1", prefixLength: 8, isLoopback: true),
    Interface(name: "lo", address: "::1", prefixLength: 128, isLoopback: true),
  ]

  private static let linuxLaptop =
    loopback + [
      Interface(name: "docker0", address: "172.17.0.1", prefixLength: 16),
      Interface(name: "br-5c0ffee5c0ff", address: "172.18.0.1", prefixLength: 16),
      Interface(name: "virbr0", address: "192.168.122.1", prefixLength: 24),
      Interface(
        name: "tailscale0", address: "100.101.102.103", prefixLength: 32, isPointToPoint: true),
      Interface(
        name: "wlp3s0", address: "192.168.178.23", prefixLength: 24, hasDefaultRoute: true),
      Interface(
        name: "wlp3s0", address: "2003:e9:1:2::3", prefixLength: 64, hasDefaultRoute: true),
      Interface(name: "wlp3s0", address: "fe80::1c2d", prefixLength: 64, hasDefaultRoute: true),
    ]

  @Test("on a laptop with containers, virtual machines and a VPN the Wi-Fi is first")
  func linux() {
    let addresses = JoinAddresses(interfaces: Self.linuxLaptop, port: 3000)
    #expect(
      addresses.all.map(\.url) == [
        "http://192.168.178.23:3000/", "http://192.168.122.1:3000/", "http://172.17.0.1:3000/",
        "http://172.18.0.1:3000/", "http://100.101.102.103:3000/", "http://[2003:e9:1:2::3]:3000/",
      ])
    #expect(addresses.best.note == "Wi-Fi, recommended")
    #expect(addresses.all[2].note.contains("phones do not reach it"))
    #expect(addresses.all[4].note.contains("VPN"))
    #expect(addresses.all[5].note.contains("IPv6"))
    #expect(addresses.onThisMachine.map(\.url) == ["http://localhost:3000/"])
  }

  @Test("in a container no address is recommended, and what to do is said")
  func container() {
    let container = [
      Interface(
        name: "eth0", address: "172.17.0.2", prefixLength: 16, isVeth: true, hasDefaultRoute: true)
    ]
    let addresses = JoinAddresses(interfaces: Self.loopback + container, port: 3000)
    #expect(addresses.all.map(\.url) == ["http://172.17.0.2:3000/"])
    #expect(addresses.best.note == "a container's network (eth0): phones hardly reach it")
    #expect(addresses.warning?.contains("--public-url") == true)

    let url = PublicURL("http://192.168.1.20:3000/")
    let told = JoinAddresses(
      interfaces: Self.loopback + container, port: 3000, publicURL: url)
    #expect(told.best.url == "http://192.168.1.20:3000/")
    #expect(told.warning == nil)

    let host = JoinAddresses(interfaces: Self.linuxLaptop + container, port: 3000)
    #expect(host.best.url == "http://192.168.178.23:3000/")
    #expect(host.warning == nil)
  }

  @Test("on a Mac, en0 is before the network of its virtual machines and the tunnels")
  func mac() {
    let interfaces = [
      Interface(name: "lo0", address: "127.0.0.1", prefixLength: 8, isLoopback: true),
      Interface(name: "bridge100", address: "192.168.64.1", prefixLength: 24),
      Interface(name: "utun4", address: "100.88.1.2", prefixLength: 32, isPointToPoint: true),
      Interface(name: "utun0", address: "fe80::9d", prefixLength: 64, isPointToPoint: true),
      Interface(name: "awdl0", address: "fe80::70", prefixLength: 64),
      Interface(name: "en0", address: "10.20.3.4", prefixLength: 22, hasDefaultRoute: true),
      Interface(name: "en5", address: "169.254.7.8", prefixLength: 16),
    ]
    #expect(
      urls(interfaces) == [
        "http://10.20.3.4:3000/", "http://192.168.64.1:3000/", "http://100.88.1.2:3000/",
      ])
  }

  @Test("a VPN that takes all traffic is not the way to the room")
  func vpn() {
    let interfaces = [
      Interface(
        name: "tun0", address: "192.168.200.6", prefixLength: 24, isPointToPoint: true,
        hasDefaultRoute: true),
      Interface(name: "vpn7", address: "10.9.0.2", prefixLength: 32, isPointToPoint: true),
      Interface(name: "wlan0", address: "172.20.10.4", prefixLength: 28),
    ]
    #expect(urls(interfaces).first == "http://172.20.10.4:3000/")
  }

  @Test("without a default route, 192.168 is before 10, and 10 before 172.16 to 31")
  func ranges() {
    let interfaces = [
      Interface(name: "eth3", address: "172.32.0.1", prefixLength: 16),
      Interface(name: "eth0", address: "172.31.0.1", prefixLength: 16),
      Interface(name: "eth1", address: "10.0.0.5", prefixLength: 8),
      Interface(name: "br0", address: "192.168.3.1", prefixLength: 24),
      Interface(name: "eth2", address: "192.168.2.1", prefixLength: 24),
      Interface(name: "eth4", address: "100.64.0.9", prefixLength: 10),
      Interface(name: "eth5", address: "192.168.9.9", prefixLength: 24, isUp: false),
    ]
    #expect(
      urls(interfaces) == [
        "http://192.168.2.1:3000/", "http://192.168.3.1:3000/", "http://10.0.0.5:3000/",
        "http://172.31.0.1:3000/", "http://172.32.0.1:3000/", "http://100.64.0.9:3000/",
      ])
  }

  @Test("a public address is first where the default route is, and says what browsers do")
  func university() {
    let interfaces = [
      Interface(name: "wlan0", address: "192.168.1.9", prefixLength: 24),
      Interface(name: "eth0", address: "129.132.4.5", prefixLength: 16, hasDefaultRoute: true),
    ]
    let addresses = JoinAddresses(interfaces: interfaces, port: 80)
    #expect(addresses.all.map(\.url) == ["http://129.132.4.5/", "http://192.168.1.9/"])
    #expect(addresses.best.note.contains("public address"))
  }

  @Test("where nothing else leads here, an IPv6 address is before those of containers")
  func onlyIPv6() {
    let interfaces = [
      Interface(name: "docker0", address: "172.17.0.1", prefixLength: 16),
      Interface(name: "wlan0", address: "2001:db8::5", prefixLength: 64, hasDefaultRoute: true),
      Interface(name: "wlan0", address: "fd12::5", prefixLength: 64, hasDefaultRoute: true),
    ]
    #expect(
      urls(interfaces) == [
        "http://[fd12::5]:3000/", "http://[2001:db8::5]:3000/", "http://172.17.0.1:3000/",
      ])
  }

  @Test("without any network there is this machine, and it says so")
  func noNetwork() {
    let addresses = JoinAddresses(interfaces: Self.loopback, port: 3000)
    #expect(addresses.all.map(\.url) == ["http://localhost:3000/"])
    #expect(addresses.best.note == "on this machine only")
    #expect(addresses.onThisMachine.isEmpty)
  }

  @Test("a server that listens at one address has that one only")
  func host() {
    let all = Self.linuxLaptop
    #expect(urls(all, host: "192.168.178.23") == ["http://192.168.178.23:3000/"])
    #expect(urls(all, host: "vote.example") == ["http://vote.example:3000/"])
    #expect(urls(all, host: "::") == urls(all))
    #expect(urls(all, host: "0.0.0.0") == urls(all.filter { !$0.isIPv6 }))
    let local = JoinAddresses(interfaces: all, port: 3000, host: "127.0.0.1")
    #expect(local.all.map(\.note) == ["on this machine only, as --host says"])
  }

  @Test("the public address wins, and none is dropped for it")
  func publicURL() {
    let addresses = JoinAddresses(
      interfaces: Self.linuxLaptop, port: 3000, publicURL: PublicURL("https://vote.example/Poll"))
    #expect(addresses.best.url == "https://vote.example/Poll/")
    #expect(addresses.best.note.contains("--public-url"))
    #expect(addresses.all.count == 7)
    #expect(addresses.all.dropFirst().allSatisfy { $0.note.contains("past the proxy") })
    let plain = JoinAddresses(
      interfaces: Self.linuxLaptop, port: 3000, publicURL: PublicURL("http://vote.example"))
    #expect(!plain.all.contains { $0.note.contains("past the proxy") })
  }

  @Test(
    "a code has scheme and host in capitals and no empty path, and other paths as they are",
    arguments: [
      ("http://192.168.1.20:3000/", "HTTP://192.168.1.20:3000"),
      ("http://192.168.1.20/", "HTTP://192.168.1.20"),
      ("https://vote.example/Poll/", "HTTPS://VOTE.EXAMPLE/Poll/"),
      ("http://[fd12::5]:3000/", "HTTP://[FD12::5]:3000"),
    ])
  func codeText(url: String, text: String) {
    #expect(JoinAddress.codeText(of: url) == text)
  }

  @Test(
    "people read an address without what they need not type",
    arguments: [
      ("http://192.168.1.20:3000/", "192.168.1.20:3000"),
      ("https://vote.example/poll/", "https://vote.example/poll"),
    ])
  func shownText(url: String, text: String) {
    #expect(JoinAddress.shownText(of: url) == text)
  }
}
