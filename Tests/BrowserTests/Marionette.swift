import Foundation
import TestSupport

/// A headless Firefox, through its own protocol: over TCP, each message is its length, a colon, and
/// JSON. Commands are `[0, number, name, parameters]`, answers `[1, number, error, result]`.
final class Marionette: Driver {
  private let client: Client
  private var number = 0

  /// Gives the Firefox of this run to a test: one tab, and nothing stored.
  init(refusesCookies: Bool) async throws {
    client = try await Firefox.client()
    _ = try receive()
    _ = try send("WebDriver:NewSession", ["capabilities": [String: Any]()])
    _ = try inBrowser(Self.tidyUp, refusesCookies ? 2 : 5)
    let tabs = try send("WebDriver:GetWindowHandles", [:])
    guard let tabs = tabs as? [String], tabs.count == 1 else {
      throw WebDriverError(description: "one tab was expected, not \(tabs)")
    }
    _ = try send(.switchToWindow, ["handle": tabs[0]])
  }

  private static let tidyUp = """
    const tab = gBrowser.addTrustedTab("about:blank");
    gBrowser.selectedTab = tab;
    gBrowser.removeAllTabsBut(tab, { animate: false, skipWarnAboutClosingTabs: true });
    window.endLatency?.();
    for (const script of window.startScripts?.splice(0) ?? []) {
      window.messageManager.removeDelayedFrameScript(script);
    }
    Services.prefs.setIntPref("network.cookie.cookieBehavior", arguments[0]);
    Services.prefs.clearUserPref("intl.accept_languages");
    Services.console.reset();
    const all = Ci.nsIClearDataService.CLEAR_ALL;
    return new Promise((onDataDeleted) =>
      Services.clearData.deleteData(all, { onDataDeleted: () => onDataDeleted() }));
    """

  // A browser that does not answer any more has nothing left to end.
  func end() { _ = try? send("WebDriver:DeleteSession", [:]) }

  func send(_ command: WebDriver, _ parameters: [String: Any]) throws -> Any {
    try send(command.name, parameters)
  }

  func setScripts(areOn: Bool) throws {
    // Of the page that follows one whose scripts were stopped, Firefox may show nothing.
    _ = try send(.navigate, ["url": "about:blank"])
    try setContext("allowJavascript", areOn)
  }

  func setMedia(_ feature: MediaFeature, to value: String) throws {
    switch feature {
    case .type: try setContext("mediumOverride", value)
    case .colorScheme: try setContext("prefersColorSchemeOverride", value)
    case .forcedColors: try setContext("forcedColorsOverride", value)
    case .reducedMotion: try setContext("prefersReducedMotionOverride", value)
    }
  }

  func setLanguage(_ language: String) throws {
    _ = try inBrowser(
      #"Services.prefs.setStringPref("intl.accept_languages", arguments[0]);"#, language)
  }

  func setOffline(_ isOffline: Bool) throws { try setContext("forceOffline", isOffline) }

  private func setContext(_ name: String, _ value: Any) throws {
    _ = try inBrowser("\(Self.tab).browsingContext[arguments[0]] = arguments[1];", name, value)
  }

  private static let tab = "gBrowser.selectedBrowser"

  /// A window has a least size, what is in it has none.
  func resize(width: Int, height: Int) throws {
    _ = try inBrowser(
      """
      const { style } = \(Self.tab);
      Object.assign(style, { flex: "none", alignSelf: "start", width: `${arguments[0]}px`,
        height: `${arguments[1]}px` });
      """, width, height)
    let isSo = "innerWidth === \(width) && innerHeight === \(height)"
    _ = try send(
      .execute,
      [
        "args": [String](),
        "script": """
        const look = (resume) =>
          \(isSo) ? resume() : requestAnimationFrame(() => look(resume));
        return new Promise(look);
        """,
      ])
  }

  func setLatency(milliseconds: Int) throws {
    _ = try inBrowser(
      """
      const [late] = arguments;
      const hold = (channel) => {
        channel.QueryInterface(Ci.nsIRequest).suspend();
        setTimeout(() => channel.resume(), late);
      };
      Services.obs.addObserver(hold, "http-on-modify-request");
      window.endLatency = () => {
        Services.obs.removeObserver(hold, "http-on-modify-request");
        delete window.endLatency;
      };
      """, milliseconds)
  }

  /// In every tab, each time that its pages come to another process, as those of another site do; it
  /// then looks whether it is in the right one.
  func runAtStart(_ script: String) throws {
    _ = try inBrowser(
      """
      const run = `(${(tab, script) => addEventListener("DOMWindowCreated", ({ target }) => {
        const { defaultView } = target;
        if (defaultView.docShell.browsingContext.browserId !== tab) return;
        const options = { sandboxPrototype: defaultView, wantXrays: false };
        Cu.evalInSandbox(script, new Cu.Sandbox(defaultView, options));
      })})(${\(Self.tab).browserId}, ${JSON.stringify(arguments[0])})`;
      const url = `data:,${encodeURIComponent(run)}`;
      (window.startScripts ??= []).push(url);
      window.messageManager.loadFrameScript(url, true);
      """, script)
  }

  func log() throws -> [String] {
    let complaints = try inBrowser(
      """
      const all = Services.console.getMessageArray();
      Services.console.reset();
      return all.filter((one) => one instanceof Ci.nsIScriptError && one.innerWindowID)
        .map(({ category, errorMessage }) => `${category}: ${errorMessage}`);
      """)
    return complaints as? [String] ?? []
  }

  // MARK: The protocol

  /// Runs a script with the browser's own rights.
  private func inBrowser(_ script: String, _ arguments: Any...) throws -> Any {
    _ = try send("Marionette:SetContext", ["value": "chrome"])
    // What failed is told; of this, the next command would.
    defer { _ = try? send("Marionette:SetContext", ["value": "content"]) }
    return try send(.execute, ["script": script, "args": arguments])
  }

  private func send(_ name: String, _ parameters: [String: Any]) throws -> Any {
    number += 1
    let body = try JSONSerialization.data(withJSONObject: [0, number, name, parameters])
    // In one piece: for the second of two the system waits until the first is acknowledged, 40 ms later.
    try client.send(Array("\(body.count):".utf8) + body)
    guard let answer = try receive() as? [Any], answer.count == 4 else {
      throw WebDriverError(description: "\(name): no answer of Marionette's")
    }
    if let error = answer[2] as? [String: Any] {
      throw WebDriverError(
        description: "\(name): \(error["error"] ?? ""): \(error["message"] ?? "")",
        code: error["error"] as? String)
    }
    return (answer[3] as? [String: Any])?["value"] ?? answer[3]
  }

  private func receive() throws -> Any {
    let head = String(decoding: try client.read(through: ":").dropLast(), as: UTF8.self)
    guard let count = Int(head) else {
      throw WebDriverError(description: "no message of Marionette's: \(head)")
    }
    return try JSONSerialization.jsonObject(with: Data(try client.read(count: count)))
  }
}
