import Foundation
import TestSupport
import Testing

/// A headless Chromium, driven through W3C WebDriver. One tab at a time is the current one.
final class Browser {
  private let driver: Program
  private let port: Int
  private var sessionPath = "/session"
  /// A machine that builds meanwhile takes long to start a program.
  private static let startSeconds = 90

  /// Runs `body` with a fresh browser, and ends the browser after it.
  static func run(
    _ arguments: [String] = [], refusesCookies: Bool = false,
    _ body: (Browser) async throws -> Void
  ) async throws {
    let browser = try await Browser(arguments, refusesCookies)
    // A browser that does not answer any more has nothing left to close.
    defer { _ = try? browser.command("DELETE", "") }
    try await body(browser)
  }

  private init(_ arguments: [String], _ refusesCookies: Bool) async throws {
    (driver, port) = try await Self.startDriver()
    let cookies = "profile.default_content_setting_values.cookies"
    let options: [String: Any] = [
      "args": ["--headless=new", "--no-sandbox"] + arguments,
      "prefs": refusesCookies ? [cookies: 2] : [:],
    ]
    let wanted: [String: Any] = [
      "goog:chromeOptions": options, "goog:loggingPrefs": ["browser": "ALL"],
    ]
    let session = try command("POST", "", ["capabilities": ["alwaysMatch": wanted]])
    guard let id = (session as? [String: Any])?["sessionId"] as? String else {
      throw WebDriverError(description: "no session: \(session)")
    }
    sessionPath += "/\(id)"
  }

  /// chromedriver takes a port that is free in IPv4, and gives up where another has it in IPv6.
  private static func startDriver() async throws -> (Program, port: Int) {
    for _ in 1...10 {
      let driver = try Program("chromedriver", "--port=0")
      let answer = try await driver.said(
        /(successfully on port \d+|Exiting)/, patienceSeconds: startSeconds)
      if let port = answer.split(separator: " ").last.flatMap({ Int($0) }) { return (driver, port) }
    }
    throw WebDriverError(description: "chromedriver found no free port")
  }

  // MARK: Tabs

  func currentTab() throws -> String { try text(try command("GET", "/window")) }

  /// Opens a tab, which becomes the current one.
  func openTab() throws -> String {
    let answer = try command("POST", "/window/new", ["type": "tab"])
    let tab = try text((answer as? [String: Any])?["handle"] as Any)
    try select(tab)
    return tab
  }

  func select(_ tab: String) throws {
    _ = try command("POST", "/window", ["handle": tab])
  }

  func closeTab() throws {
    _ = try command("DELETE", "/window")
  }

  // MARK: The page in the current tab

  func open(_ url: URL) throws {
    _ = try command("POST", "/url", ["url": url.absoluteString])
  }

  /// The text that the first element for a CSS selector shows.
  func text(of selector: String) throws -> String {
    try text(try command("GET", "/element/\(try element(selector))/text"))
  }

  /// Whether the first element for a CSS selector is to be seen; not where there is none.
  func isVisible(_ selector: String) throws -> Bool {
    let found = try run(
      "return document.querySelector(`\(selector)`)?.checkVisibility({ visibilityProperty: true })")
    return found as? Bool ?? false
  }

  /// Clicks like a person, without the help of the page's scripts.
  func click(_ selector: String) throws {
    _ = try command("POST", "/element/\(try element(selector))/click", [:])
  }

  /// Presses a key on the page.
  /// - Parameter key: as `KeyboardEvent.key` has it.
  func press(_ key: String) throws {
    let text = key == "Enter" ? "\r" : key.count == 1 ? key : ""
    try devTools("Input.dispatchKeyEvent", ["type": "keyDown", "key": key, "text": text])
    try devTools("Input.dispatchKeyEvent", ["type": "keyUp", "key": key])
  }

  /// The browser's own button.
  func goBack() throws { _ = try command("POST", "/back", [:]) }

  func reload() throws { _ = try command("POST", "/refresh", [:]) }

  /// Makes the page's part of the window so large, in CSS pixels.
  func resize(width: Int, height: Int) throws {
    try devTools(
      "Emulation.setDeviceMetricsOverride",
      ["width": width, "height": height, "deviceScaleFactor": 1, "mobile": false])
  }

  /// Waits until the element's text starts with what the test expects.
  func wait(for selector: String, toSay expected: String) async throws {
    var last = ""
    _ = try await eventually("\(selector) to say “\(expected)”, not “\(last)”") {
      // A page that is just being replaced takes its elements along: not yet is no failure.
      last = (try? text(of: selector)) ?? last
      return last.hasPrefix(expected) ? true : nil
    }
  }

  /// Runs a script and gives back what it returns; a promise is awaited.
  func run(_ script: String) throws -> Any {
    try command("POST", "/execute/sync", ["script": script, "args": [String]()])
  }

  // MARK: The browser

  /// What pages wrote to the console since the last call, and what the browser said about them.
  func log() throws -> [String] {
    let entries = try command("POST", "/se/log", ["type": "browser"])
    return (entries as? [[String: Any]] ?? []).map { "\($0["level"] ?? "") \($0["message"] ?? "")" }
  }

  /// Sends a command of the Chrome DevTools Protocol.
  func devTools(_ name: String, _ parameters: [String: Any]) throws {
    _ = try command("POST", "/goog/cdp/execute", ["cmd": name, "params": parameters])
  }

  private func element(_ selector: String) throws -> String {
    let found = try command(
      "POST", "/element", ["using": "css selector", "value": selector])
    return try text((found as? [String: Any])?.values.first as Any)
  }

  private func text(_ value: Any) throws -> String {
    guard let text = value as? String else {
      throw WebDriverError(description: "a text was expected, not \(value)")
    }
    return text
  }

  private func command(
    _ method: String, _ path: String, _ body: [String: Any]? = nil
  ) throws -> Any {
    let body = try body.map { Array(try JSONSerialization.data(withJSONObject: $0)) } ?? []
    let client = try Client(port: port)
    try client.send(
      """
      \(method) \(sessionPath)\(path) HTTP/1.1\r
      Host: 127.0.0.1:\(port)\r
      Content-Length: \(body.count)\r
      \r

      """)
    try client.send(body)
    let reply = try client.reply()
    let answer = try JSONSerialization.jsonObject(with: Data(reply.body)) as? [String: Any]
    guard reply.status == 200, let value = answer?["value"] else {
      throw WebDriverError(description: "\(method) \(path): \(reply.status) \(reply.text)")
    }
    return value
  }
}

struct WebDriverError: Error, CustomStringConvertible {
  let description: String
}
