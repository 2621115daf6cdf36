import Testing

@testable import Rehearsal

@Suite("The plan of a rehearsal")
struct PlanTests {
  @Test("a plan makes every vote due at its own time, evenly spread")
  func schedule() {
    let schedule = Schedule(Plan(votesPerSecond: 4, seconds: 2))
    #expect(schedule.count == 8)
    #expect(schedule.due(after: .zero) == 1)
    #expect(schedule.due(after: .milliseconds(249)) == 1)
    #expect(schedule.due(after: .milliseconds(250)) == 2)
    #expect(schedule.due(after: .seconds(60)) == 8)
    for vote in 0..<8 {
      #expect(schedule.due(after: schedule.time(of: vote)) == vote + 1)
    }
  }

  @Test("a plan fits as many screens under a limit on open files as it says it does")
  func openFiles() {
    for screens in [1, 20, 500, 14_000] {
      let plan = Plan(screens: screens)
      #expect(plan.maxScreens(openFiles: plan.openFiles) >= screens - 1)
      #expect(plan.maxScreens(openFiles: plan.openFiles) <= screens)
    }
  }

  @Test("a plan has the idle connections of browsers, as far as open files and ports go")
  func idleConnections() {
    #expect(Plan(screens: 1).idleConnections(openFiles: 1 << 20) == 3)
    #expect(Plan(screens: 500).idleConnections(openFiles: 1 << 20) == 1500)
    let large = Plan(screens: 14_000)
    let idle = large.idleConnections(openFiles: 1 << 20)
    #expect(idle + large.screens + large.voters == Plan.maxConnections)
    #expect(Plan(screens: 500).idleConnections(openFiles: 1024) == 1024 - 128 - 500 - 50)
    #expect(Plan(screens: 500).idleConnections(openFiles: 256) == 0)
  }

  @Test("an endpoint is read from a server's address")
  func endpoint() {
    #expect(Endpoint("http://localhost:3000") == Endpoint(host: "localhost", port: 3000))
    #expect(Endpoint("http://10.0.0.7/") == Endpoint(host: "10.0.0.7", port: 80))
    #expect(Endpoint("http://[::1]:8080/") == Endpoint(host: "::1", port: 8080))
    #expect(Endpoint(host: "::1", port: 80).authority == "[::1]:80")
    #expect(Endpoint("http://a/poll/") == Endpoint(host: "a", port: 80, folder: "/poll"))
    #expect(Endpoint("http://a/b/c%20d") == Endpoint(host: "a", port: 80, folder: "/b/c%20d"))
    #expect(Endpoint("unix:/run/s") == Endpoint(socketPath: "/run/s"))
    for text in [
      "http://localhost:3000", "http://[::1]:8080", "http://a:80/b/c%20d", "unix:/run/s",
    ] {
      #expect(Endpoint(text)?.description == text)
    }
  }

  @Test(
    "what is no address of a server is no endpoint",
    arguments: [
      "", "localhost:3000", "https://localhost", "http://", "http://:80", "http://a:0",
      "http://a:65536", "http://a:b", "http://a:80/?x", "unix:", "unix:a\0b", "http://a b",
      "http://[::1",
      "http://a\r\n", "http://a?x", "http://a#x", "http://a@b", "http://a%20b", "http://ä",
    ])
  func noEndpoint(text: String) {
    #expect(Endpoint(text) == nil)
  }
}
