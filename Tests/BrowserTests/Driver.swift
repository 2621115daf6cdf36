/// What speaks to a browser. Its commands are those of W3C WebDriver; for the rest, every browser has
/// words of its own. What concerns a page is of the current tab, until that is closed.
protocol Driver {
  func send(_ command: WebDriver, _ parameters: [String: Any]) throws -> Any

  /// Lets pages run scripts, or not, from the next one that is opened. The one that is open may go.
  func setScripts(areOn: Bool) throws

  /// Makes the page's part of the window so large, in CSS pixels.
  func resize(width: Int, height: Int) throws

  /// Makes the browser tell pages so of its user's wishes.
  /// - Parameter feature: as a media query has it.
  func setMedia(_ feature: MediaFeature, to value: String) throws

  /// Makes the browser ask for pages in this language.
  func setLanguage(_ language: String) throws

  /// Cuts the tab off, or lets it come through again.
  func setOffline(_ isOffline: Bool) throws

  /// Makes every answer come so late.
  func setLatency(milliseconds: Int) throws

  /// Runs a script in every page that is opened from now on, before the page's own.
  func runAtStart(_ script: String) throws

  /// What the browser complained of since the last call.
  func log() throws -> [String]

  func end()
}

enum MediaFeature: String {
  /// `print`, or `screen`.
  case type
  case colorScheme = "prefers-color-scheme"
  case forcedColors = "forced-colors"
  case reducedMotion = "prefers-reduced-motion"
}

/// A command of W3C WebDriver, as Marionette names it and as HTTP has it (W3C WebDriver, 6.3).
struct WebDriver {
  let name: String
  let method: String
  /// `{id}` is an element.
  let path: String

  private init(_ name: String, _ method: String, _ path: String) {
    self.name = "WebDriver:" + name
    self.method = method
    self.path = path
  }

  static let navigate = Self("Navigate", "POST", "/url")
  static let back = Self("Back", "POST", "/back")
  static let refresh = Self("Refresh", "POST", "/refresh")
  static let windowHandle = Self("GetWindowHandle", "GET", "/window")
  static let newWindow = Self("NewWindow", "POST", "/window/new")
  static let switchToWindow = Self("SwitchToWindow", "POST", "/window")
  static let closeWindow = Self("CloseWindow", "DELETE", "/window")
  static let findElement = Self("FindElement", "POST", "/element")
  static let elementText = Self("GetElementText", "GET", "/element/{id}/text")
  static let elementClick = Self("ElementClick", "POST", "/element/{id}/click")
  static let elementSendKeys = Self("ElementSendKeys", "POST", "/element/{id}/value")
  static let execute = Self("ExecuteScript", "POST", "/execute/sync")
  static let actions = Self("PerformActions", "POST", "/actions")
  static let deleteCookies = Self("DeleteAllCookies", "DELETE", "/cookie")
}

struct WebDriverError: Error, CustomStringConvertible {
  let description: String
  /// The error code that the browser gave (W3C WebDriver, 6.6).
  var code: String?

  /// The code for an element that the page has taken away since it was found.
  static let stale = "stale element reference"

  /// Whether the page was just changing: to find the element again may succeed.
  var isOfAMoment: Bool {
    [
      Self.stale, "no such element", "element not interactable", "element click intercepted",
    ].contains(code)
  }
}
