import EventLoop
import HTTPServer
import Platform
import QRCode
import ServerSentEvents
import Synchronization
import TestSupport
import Testing
import Voting

@testable import ShowOfHands

@Suite("Joining")
struct JoiningTests {
  private static let laptop = [
    NetworkInterface(name: "lo", address: "127.0.0.1", prefixLength: 8, isLoopback: true),
    NetworkInterface(
      name: "wlan0", address: "192.168.1.20", prefixLength: 24, hasDefaultRoute: true),
    NetworkInterface(name: "eth0", address: "10.1.2.3", prefixLength: 8),
  ]

  private func joining(publicURL: String? = nil) -> Joining {
    Joining(
      host: nil, port: 3000, publicURL: publicURL.flatMap(PublicURL.init),
      interfaces: { Self.laptop })
  }

  private func used(_ joining: Joining, chosen: String? = nil) -> [String] {
    joining.listed(chosen: chosen).filter(\.isUsed).map(\.url)
  }

  @Test("screens are told the new address when the laptop changes its network")
  func otherNetwork() async throws {
    let clock = ManualClock()
    let network = Mutex(Self.laptop)
    let joining = Joining(
      host: nil, port: 3000, interfaces: { network.withLock(\.self) }, clock: .manual(clock))
    let loops = try EventLoop.start(count: 1, clock: .manual(clock))
    var limits = AudienceLimits()
    limits.heartbeatInterval = .seconds(86_400)
    let audience = Audience(on: loops, limits: limits)
    let stream = TallyStream(audience: audience, joining: joining, startedSeconds: 1)
    stream.publish(try BallotBox(ledger: LocalLedger(MemoryLedger()), executor: loops[0]).snapshot)
    stream.watchAddresses(on: loops[0])
    var app = Application()
    app.use(serverSentEvents())
    app.get("/stream") { _, response in
      try response.sseSetup()
      try audience.join(response)
    }
    try await withServer(app, on: loops) { port in
      let screen = try Client(port: port)
      try screen.send("GET /stream HTTP/1.1\r\nHost: test\r\n\r\n")
      _ = try screen.head()
      func address() throws -> String { try screen.event { $0.name == "join" }.data }
      #expect(try address() == #"{"address":"http://192.168.1.20:3000/"}"#)
      network.withLock { $0 = [$0[2]] }
      try await eventually {
        clock.advance(by: TallyStream.invitationInterval)
        return screen.hears(withinMilliseconds: 10)
      }
      #expect(try address() == #"{"address":"http://10.1.2.3:3000/"}"#)
    }
  }

  // MARK: Visits

  @Test("an address is marked once another machine has come through it, and no other is")
  func mark() {
    let joining = joining()
    #expect(used(joining).isEmpty)
    #expect(joining.note(visitBy: "192.168.1.77", fields: ["Host": "192.168.1.20:3000"]))
    #expect(used(joining) == ["http://192.168.1.20:3000/"])
    #expect(!joining.note(visitBy: "192.168.1.78", fields: ["Host": "192.168.1.20:3000"]))
    #expect(joining.note(visitBy: "10.9.9.9", fields: ["Host": "10.1.2.3:3000"]))
    #expect(used(joining).count == 2)
  }

  @Test(
    "this machine's own visits mark nothing",
    arguments: ["127.0.0.1", "127.0.1.1", "::1", "192.168.1.20", "10.1.2.3"])
  func own(client: String) {
    let joining = joining()
    #expect(!joining.note(visitBy: client, fields: ["Host": "192.168.1.20:3000"]))
    #expect(used(joining).isEmpty)
  }

  @Test("a visit at another port, or at a name that is not listed, marks none of the addresses")
  func otherHosts() throws {
    let joining = joining()
    for host in ["192.168.1.20", "192.168.1.20:80", "laptop.lan:3000", "evil.example", "/"] {
      var fields = Fields()
      fields.set("Host", try FieldValue(host))
      _ = joining.note(visitBy: "192.168.1.77", fields: fields)
    }
    #expect(used(joining).isEmpty)
  }

  @Test("behind a proxy on this machine a visitor from elsewhere marks the public address")
  func proxy() {
    let joining = joining(publicURL: "https://vote.example/poll/")
    #expect(!joining.note(visitBy: "127.0.0.1", fields: ["Host": "127.0.0.1:3000"]))
    let own: Fields = ["Host": "127.0.0.1:3000", "X-Forwarded-For": "127.0.0.1"]
    #expect(!joining.note(visitBy: "127.0.0.1", fields: own))
    let phone: Fields = ["Host": "127.0.0.1:3000", "X-Forwarded-For": "10.0.0.1, 203.0.113.9"]
    #expect(joining.note(visitBy: "127.0.0.1", fields: phone))
    #expect(used(joining) == ["https://vote.example/poll/"])
  }

  @Test("who makes up names fills no memory")
  func limit() {
    let watch = JoinWatch()
    for number in 0...JoinWatch.maxAuthorities {
      #expect(watch.note(visitAt: "host\(number)", milliseconds: number))
    }
    #expect(watch.firstVisit(at: "http://host0/") == nil)
    #expect(watch.firstVisit(at: "http://host1/") == 1)
  }

  @Test("an address that the host chose is listed even when it is not this machine's")
  func chosen() {
    let joining = joining()
    #expect(joining.url(chosen: nil) == "http://192.168.1.20:3000/")
    #expect(joining.url(chosen: "http://vote.lan/") == "http://vote.lan/")
    #expect(joining.listed(chosen: "http://10.1.2.3:3000/").count == 2)
    let listed = joining.listed(chosen: "http://vote.lan/")
    #expect(listed.map(\.url).first == "http://vote.lan/")
    #expect(listed.count == 3)
    _ = joining.note(visitBy: "10.9.9.9", fields: ["Host": "vote.lan"])
    #expect(used(joining, chosen: "http://vote.lan/") == ["http://vote.lan/"])
  }

  @Test("a name that many phones do not find is never shown where there is another")
  func local() {
    let better = "http://192.168.1.20:3000/"
    #expect(joining(publicURL: "http://laptop.local:3000/").url(chosen: nil) == better)
    #expect(joining().url(chosen: "http://laptop.local:3000/") == better)
    let alone = Joining(host: "laptop.local", port: 3000, interfaces: { [] })
    #expect(alone.url(chosen: nil) == "http://laptop.local:3000/")
  }

  @Test("a network that the laptop joins later is listed within two seconds")
  func changes() {
    let clock = ManualClock()
    let reads = Mutex(0)
    let joining = Joining(
      host: nil, port: 3000,
      interfaces: {
        reads.withLock { $0 += 1 }
        return Array(Self.laptop.prefix(reads.withLock { $0 }))
      }, clock: .manual(clock))
    #expect(joining.addresses.best.url == "http://localhost:3000/")
    clock.advance(by: .seconds(1))
    #expect(joining.addresses.best.url == "http://localhost:3000/")
    clock.advance(by: .seconds(1))
    #expect(joining.addresses.best.url == "http://192.168.1.20:3000/")
    #expect(reads.withLock { $0 } == 2)
  }

  // MARK: Codes

  @Test("the code of the voting page is served as a picture that nobody keeps")
  func qr() async throws {
    try await withService { service in
      let reply = try service.client().get("/qr.svg")
      #expect(reply.status == 200)
      #expect(reply["content-type"] == "image/svg+xml")
      #expect(reply["cache-control"] == "no-store")
      #expect(reply.text == (try QRCode("HTTP://127.0.0.1:\(service.port)").svg))
      _ = try await service.ballotBox.perform(.address("http://192.168.7.7:3000/"))
      let chosen = try service.client().get("/qr.svg")
      #expect(chosen.text == (try QRCode("HTTP://192.168.7.7:3000").svg))
    }
    try await withService("--public-url", "https://vote.example/Poll") { service in
      let reply = try service.client().get("/qr.svg")
      #expect(reply.text == (try QRCode("HTTPS://VOTE.EXAMPLE/Poll/").svg))
    }
  }

  @Test("an address too long for a code says so")
  func tooLong() async throws {
    let path = String(repeating: "a", count: 2_400)
    try await withService("--public-url", "https://vote.example/\(path)") { service in
      let reply = try service.client().get("/qr.svg")
      #expect(reply.status == 404)
      #expect(reply.text.contains("too long"))
    }
  }

  @Test("the code of the Wi-Fi is served where it is known, and else there is a sentence")
  func wifi() async throws {
    try await withService("--wifi", "Hall 3:s3cret:x") { service in
      let reply = try service.client().get("/wifi.svg")
      #expect(reply.status == 200)
      #expect(reply["cache-control"] == "no-store")
      #expect(reply.text == (try QRCode(#"WIFI:T:WPA;S:Hall 3;P:s3cret\:x;;"#).svg))
    }
    try await withService { service in
      let reply = try service.client().get("/wifi.svg")
      #expect(reply.status == 404)
      #expect(reply.text.contains("--wifi NAME:PASSWORD"))
    }
  }
}
