import Foundation
import TestSupport
import Testing

/// An evening as a club has it: the program with its file, a desk, a big screen, and phones. Each is
/// a tab at a name of its own, so that it has its own cookies and its own storage, as a device has.
final class Evening {
  let server: VotingServer
  let browser: Browser
  private let key: String
  private(set) var desk = ""
  private(set) var screen = ""
  private(set) var phones: [String] = []

  /// Runs `body` once all are connected, before the first question.
  static func run(
    phones count: Int, preset: String = "talk", _ body: (Evening) async throws -> Void
  ) async throws {
    let server = try await VotingServer(question: nil, ["--preset", preset])
    let key = try await server.deskKey()
    try await Browser.run { browser in
      let evening = Evening(server, browser, key)
      evening.desk = try await evening.openDesk("desk.example")
      evening.screen = try await evening.open("/result", "screen.example")
      for number in 0..<count {
        evening.phones.append(try await evening.open("/", "phone\(number).example"))
      }
      try await body(evening)
    }
  }

  private init(_ server: VotingServer, _ browser: Browser, _ key: String) {
    self.server = server
    self.browser = browser
    self.key = key
  }

  // MARK: Tabs

  func openDesk(_ host: String) async throws -> String {
    let tab = try browser.openTab()
    try browser.openDesk(at: server.url("/desk#\(key)", host: host))
    try await browser.wait(for: "#state", toSay: "Connected")
    return tab
  }

  private func open(_ path: String, _ host: String) async throws -> String {
    let tab = try browser.openTab()
    try browser.open(server.url(path, host: host))
    try await browser.wait(for: "#state", toSay: "Connected")
    return tab
  }

  /// The browser with that tab as the current one.
  func at(_ tab: String) throws -> Browser {
    try browser.select(tab)
    return browser
  }

  /// Waits until a tab's element says something.
  func see(_ tab: String, _ selector: String, _ expected: String) async throws {
    try await at(tab).wait(for: selector, toSay: expected)
  }

  /// Waits until nothing is to be seen of a tab's element.
  func seeNothing(_ tab: String, of selector: String) async throws {
    let browser = try at(tab)
    _ = try await eventually("\(selector) to be hidden") {
      try browser.isVisible(selector) ? nil : true
    }
  }

  // MARK: What people do

  /// The host types a question, and it comes up on all phones.
  func ask(_ question: String) async throws {
    try await at(desk).type(question, into: "#line")
    try await browser.press("Enter")
    for phone in phones { try await see(phone, "h1", question) }
  }

  func next(_ label: String) async throws { try await at(desk).pressNext(label) }

  /// A phone votes by its button, and hears that it is counted.
  func vote(_ phone: Int, _ label: String) async throws {
    try await press(phone, label)
    try await see(phones[phone], "#notice", "Counted: \(label)")
  }

  /// A phone votes, and what it says then has this in it.
  func vote(_ phone: Int, _ label: String, hears words: String) async throws {
    try await press(phone, label)
    var last = ""
    _ = try await eventually("phone \(phone) to say “\(words)”, not “\(last)”") {
      last = try browser.text(of: "#notice")
      return last.contains(words) ? true : nil
    }
  }

  /// A button of a round that is over takes no press.
  private func press(_ phone: Int, _ label: String) async throws {
    let button = "button.\(label.lowercased())"
    let browser = try at(phones[phone])
    _ = try await eventually("phone \(phone) to have \(button)") {
      let isThere = try browser.run("return !!document.querySelector('\(button):enabled')")
      return isThere as? Bool == true ? true : nil
    }
    try await browser.click(button)
  }

  // MARK: What scripts do and see

  /// Does a step as a script does.
  func step(_ name: String, _ form: String) throws -> Reply {
    let client = try server.client()
    try client.send(
      """
      POST /desk/\(name) HTTP/1.1\r
      Host: test\r
      Authorization: Bearer \(key)\r
      Content-Type: application/x-www-form-urlencoded\r
      Content-Length: \(form.utf8.count)\r
      \r
      \(form)
      """)
    return try client.reply()
  }

  /// The state as the desk has it.
  func state() throws -> [String: Any] {
    let key = "Authorization: Bearer \(key)\r\n"
    return try object(try server.client().get("/desk/state.json", fields: key))
  }

  func result() throws -> [String: Any] { try object(try server.client().get("/result.json")) }

  /// All rounds as lines of CSV, without the times.
  func exported() throws -> [String] {
    Self.lines(try server.client().get("/result.csv?rounds=all").text)
  }

  /// The same from the file's ballots alone, with the numbers that are hidden.
  func recounted() async throws -> [String] {
    let program = try Program([
      VotingServer.executable, "recount", "--csv", "--hidden", "--database", server.database,
    ])
    let (status, output) = try await program.finish()
    #expect(status == 0, "\(output)")
    return Self.lines(output)
  }

  /// Up to whether the round is hidden: what follows is for rounds that have a rule.
  private static let columns = 11

  private static func lines(_ text: String) -> [String] {
    text.split(separator: "\r\n").dropFirst().map { line in
      var cells = line.split(separator: ",", omittingEmptySubsequences: false)
      if cells.count > 8 { cells.removeSubrange(7...8) }
      return cells.prefix(columns).joined(separator: ",")
    }
  }

  private func object(_ reply: Reply) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(reply.body)) as? [String: Any])
  }
}
