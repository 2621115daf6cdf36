import Foundation
import TestSupport

/// A headless Chromium, through chromedriver and its HTTP.
final class ChromeDriver: Driver {
  private let program: Program
  private let port: Int
  private var session = "/session"
  /// What was set so far: the protocol takes all at once.
  private var media: [MediaFeature: String] = [:]
  /// A machine that builds meanwhile takes long to start a program.
  private static let startSeconds = 90

  init(refusesCookies: Bool) async throws {
    (program, port) = try await Self.start()
    let cookies = "profile.default_content_setting_values.cookies"
    // Every name leads here, so that each can be a device of its own.
    let arguments = ["--headless=new", "--no-sandbox", "--host-resolver-rules=MAP * 127.0.0.1"]
    let options: [String: Any] = [
      "args": arguments, "prefs": refusesCookies ? [cookies: 2] : [:],
    ]
    let wanted: [String: Any] = [
      "goog:chromeOptions": options, "goog:loggingPrefs": ["browser": "ALL"],
    ]
    let answer = try request("POST", "", ["capabilities": ["alwaysMatch": wanted]])
    guard let id = (answer as? [String: Any])?["sessionId"] as? String else {
      throw WebDriverError(description: "no session: \(answer)")
    }
    session += "/\(id)"
  }

  /// chromedriver takes a port that is free in IPv4, and gives up where another has it in IPv6.
  private static func start() async throws -> (Program, port: Int) {
    for _ in 1...10 {
      let program = try Program(BrowserKind.chromium.program, "--port=0")
      let answer = try await program.said(
        /(successfully on port \d+|Exiting)/, patienceSeconds: startSeconds)
      if let port = answer.split(separator: " ").last.flatMap({ Int($0) }) {
        return (program, port)
      }
    }
    throw WebDriverError(description: "chromedriver found no free port")
  }

  // A browser that does not answer any more has nothing left to close.
  func end() { _ = try? request("DELETE", "", nil) }

  func send(_ command: WebDriver, _ parameters: [String: Any]) throws -> Any {
    let path = command.path.replacing("{id}", with: parameters["id"] as? String ?? "")
    return try request(command.method, path, command.method == "POST" ? parameters : nil)
  }

  func setScripts(areOn: Bool) throws {
    try devTools("Emulation.setScriptExecutionDisabled", ["value": !areOn])
  }

  func resize(width: Int, height: Int) throws {
    try devTools(
      "Emulation.setDeviceMetricsOverride",
      ["width": width, "height": height, "deviceScaleFactor": 1, "mobile": false])
  }

  func setMedia(_ feature: MediaFeature, to value: String) throws {
    media[feature] = value
    let features = media.filter { $0.key != .type }
      .map { ["name": $0.key.rawValue, "value": $0.value] }
    try devTools(
      "Emulation.setEmulatedMedia", ["media": media[.type] ?? "", "features": features])
  }

  func setLanguage(_ language: String) throws {
    try devTools("Network.enable", [:])
    try devTools(
      "Network.setExtraHTTPHeaders", ["headers": ["Accept-Language": language]])
  }

  func setOffline(_ isOffline: Bool) throws { try setNetwork(isOffline: isOffline, latency: 0) }

  func setLatency(milliseconds: Int) throws {
    try setNetwork(isOffline: false, latency: milliseconds)
  }

  private func setNetwork(isOffline: Bool, latency: Int) throws {
    try devTools("Network.enable", [:])
    try devTools(
      "Network.emulateNetworkConditions",
      [
        "offline": isOffline, "latency": latency, "downloadThroughput": -1,
        "uploadThroughput": -1,
      ])
  }

  func runAtStart(_ script: String) throws {
    try devTools("Page.addScriptToEvaluateOnNewDocument", ["source": script])
  }

  func log() throws -> [String] {
    let entries = try request("POST", "/se/log", ["type": "browser"])
    return (entries as? [[String: Any]] ?? []).map { "\($0["level"] ?? "") \($0["message"] ?? "")" }
  }

  /// Sends a command of the Chrome DevTools Protocol.
  private func devTools(_ name: String, _ parameters: [String: Any]) throws {
    _ = try request("POST", "/goog/cdp/execute", ["cmd": name, "params": parameters])
  }

  private func request(_ method: String, _ path: String, _ body: [String: Any]?) throws -> Any {
    let body = try body.map { Array(try JSONSerialization.data(withJSONObject: $0)) } ?? []
    let client = try Client(port: port, patienceSeconds: Self.startSeconds)
    try client.send(
      """
      \(method) \(session)\(path) HTTP/1.1\r
      Host: 127.0.0.1:\(port)\r
      Content-Length: \(body.count)\r
      \r

      """)
    try client.send(body)
    let reply = try client.reply()
    let answer = try JSONSerialization.jsonObject(with: Data(reply.body)) as? [String: Any]
    guard reply.status == 200, let value = answer?["value"] else {
      let code = (answer?["value"] as? [String: Any])?["error"] as? String
      throw WebDriverError(
        description: "\(method) \(path): \(reply.status) \(reply.text)", code: code)
    }
    return value
  }
}
