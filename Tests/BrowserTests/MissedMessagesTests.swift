import EventLoop
import Foundation
import HTTPServer
import ServerSentEvents
import TestSupport
import Testing

extension BrowserTests {
  /// The browser's own `EventSource` at an audience that keeps messages.
  @Suite("An EventSource that was cut off")
  struct MissedMessagesTests {
    /// How a page is cut off, and comes through again.
    enum Absence: CaseIterable {
      case network, offline
    }

    @Test(
      "an EventSource that was cut off gets all 50 messages that were sent meanwhile, in order and once",
      arguments: Absence.allCases)
    func allMissed(_ absence: Absence) async throws {
      try await withPage(history: 50) { page in
        try await page.open()
        try await page.send(1...3, thenHears: ["1", "2", "3"])
        try await page.cutOff(by: absence) { page.send(4...53) }
        try await page.send(54...54, thenHears: (4...54).map(String.init))
      }
    }

    @Test(
      "an EventSource that missed more than is kept is told first, and gets the newest in order and once"
    )
    func gap() async throws {
      try await withPage(history: 20) { page in
        try await page.open()
        try await page.send(1...3, thenHears: ["1", "2", "3"])
        try await page.cutOff(by: .network) { page.send(4...53) }
        try await page.send(54...54, thenHears: ["gap"] + (34...54).map(String.init))
        // It knows where it is again.
        try await page.cutOff(by: .network) { page.send(55...60) }
        try await page.send(61...61, thenHears: (55...61).map(String.init))
      }
    }

    @Test("an EventSource that had heard no message yet misses none either")
    func nothingHeard() async throws {
      try await withPage(history: 50) { page in
        page.send(1...3)
        try await page.open()
        try await page.cutOff(by: .network) { page.send(4...53) }
        try await page.send(54...54, thenHears: (4...54).map(String.init))
      }
    }

    @Test("an EventSource is told of the gap after the server was started again, and hears on")
    func restart() async throws {
      try await withPage(history: 50) { page in
        try await page.open()
        try await page.send(1...3, thenHears: ["1", "2", "3"])
        try await withAudience(history: 50) { audience, port in
          page.relay.cut()
          let again = Page(browser: page.browser, relay: page.relay, audience: audience, port: port)
          again.send(4...6)
          page.relay.mend(to: port)
          try await again.hears(["gap"])
          try await again.send(7...8, thenHears: ["7", "8"])
          try await again.cutOff(by: .network) { again.send(9...58) }
          try await again.send(59...59, thenHears: (9...59).map(String.init))
        }
      }
    }

    @Test("an EventSource gets messages of several topics in one order, each once")
    func topics() async throws {
      try await withPage(history: 50) { page in
        try await page.open("?topic=a&topic=b")
        try await page.cutOff(by: .network) {
          for number in 1...50 {
            page.audience.send(try! Event("\(number)"), to: [nil, "a", "b"][number % 3])
            page.audience.send(try! Event("not for this page"), to: "c")
          }
        }
        try await page.send(51...51, thenHears: (1...51).map(String.init))
      }
    }
  }
}

/// A page with an `EventSource`, and the audience it joins.
private struct Page {
  let browser: Browser
  let relay: Relay
  let audience: Audience
  /// The server's own, behind the relay.
  let port: Int

  /// Opens the page, whose stream is then told where it is.
  func open(_ query: String = "") async throws {
    try browser.open(try #require(URL(string: "http://127.0.0.1:\(relay.port)/\(query)")))
    try await hears(["position"])
  }

  func send(_ numbers: ClosedRange<Int>) {
    for number in numbers { audience.send(try! Event("\(number)")) }
  }

  func send(_ numbers: ClosedRange<Int>, thenHears expected: [String]) async throws {
    send(numbers)
    try await hears(expected)
  }

  /// Waits for the last of these, which has to come behind all the others and nothing else. One that
  /// comes twice is seen by the next wait.
  func hears(_ expected: [String]) async throws {
    var heard: [String] = []
    _ = try await eventually("\(expected.last ?? ""), not \(heard)") {
      heard += try #require(try browser.run("return window.heard.splice(0)") as? [String])
      return heard.last == expected.last || heard.count > expected.count ? true : nil
    }
    #expect(heard == expected)
  }

  /// Does something while the page is away, and waits until it is back.
  func cutOff(
    by absence: BrowserTests.MissedMessagesTests.Absence, _ body: () throws -> Void
  ) async throws {
    switch absence {
    case .network: relay.cut()
    case .offline:
      try browser.setOffline(true)
      // Browsers let a stream go on, and only open no new one.
      relay.cut()
      relay.mend(to: port)
    }
    try await eventually { audience.count == 0 }
    try body()
    switch absence {
    case .network: relay.mend(to: port)
    case .offline: try browser.setOffline(false)
    }
    try await eventually { audience.count == 1 }
  }
}

private func withPage(history: Int, _ body: (Page) async throws -> Void) async throws {
  try await withAudience(history: history) { audience, port in
    try await Relay.run(to: port) { relay in
      try await Browser.run { browser in
        try await body(Page(browser: browser, relay: relay, audience: audience, port: port))
      }
    }
  }
}

/// Serves the page, and at `/stream` its events.
private func withAudience(
  history: Int, _ body: (Audience, Int) async throws -> Void
) async throws {
  let audience = Audience(on: try EventLoop.start(count: 2), history: history)
  var app = Application()
  app.use(serverSentEvents())
  app.get("/") { _, response in response.send(script, as: .html) }
  app.get("/stream") { request, response in
    // So short that the browser's own least time is what counts.
    try response.sseSetup(retry: .milliseconds(1))
    try audience.join(
      response, topics: request.query.items.filter { $0.name == "topic" }.map(\.value),
      after: request.lastEventID)
  }
  try await withServer(app, on: audience.loops) { port in
    do {
      try await body(audience, port)
    } catch {
      await audience.end()
      throw error
    }
    await audience.end()
  }
}

/// Keeps what it hears until the test asks for it.
private let script = """
  <!doctype html>
  <script>
  window.heard = [];
  const source = new EventSource("stream" + location.search);
  source.onmessage = (event) => heard.push(event.data);
  for (const name of ["position", "gap"]) source.addEventListener(name, () => heard.push(name));
  </script>
  """
