import Foundation
import TestSupport
import Testing

/// A headless browser of the kind that the test is in now. One tab at a time is the current one.
final class Browser {
  private let driver: any Driver

  /// Runs `body` with a browser that has one tab and nothing stored, and ends it after.
  static func run(
    refusesCookies: Bool = false, _ body: (Browser) async throws -> Void
  ) async throws {
    let driver: any Driver =
      switch BrowserKind.current {
      case .chromium: try await ChromeDriver(refusesCookies: refusesCookies)
      case .firefox: try await Marionette(refusesCookies: refusesCookies)
      }
    defer { driver.end() }
    try await body(Browser(driver))
  }

  private init(_ driver: any Driver) { self.driver = driver }

  // MARK: Tabs

  func currentTab() throws -> String { try text(try driver.send(.windowHandle, [:])) }

  /// Opens a tab, which becomes the current one.
  func openTab() throws -> String {
    let answer = try driver.send(.newWindow, ["type": "tab"])
    let tab = try text((answer as? [String: Any])?["handle"] as Any)
    try select(tab)
    return tab
  }

  func select(_ tab: String) throws {
    _ = try driver.send(.switchToWindow, ["handle": tab])
  }

  func closeTab() throws {
    _ = try driver.send(.closeWindow, [:])
  }

  // MARK: The page in the current tab

  func open(_ url: URL) throws {
    _ = try driver.send(.navigate, ["url": url.absoluteString])
  }

  /// The text that the first element for a CSS selector shows.
  func text(of selector: String) throws -> String {
    while true {
      do {
        return try text(try driver.send(.elementText, ["id": element(selector)]))
      } catch let error as WebDriverError where error.code == WebDriverError.stale {
        // Its successor is there, or it is not found.
        continue
      }
    }
  }

  /// Whether the first element for a CSS selector is to be seen; not where there is none.
  func isVisible(_ selector: String) throws -> Bool {
    let found = try run(
      "return document.querySelector(`\(selector)`)?.checkVisibility({ visibilityProperty: true })")
    return found as? Bool ?? false
  }

  /// Clicks like a person, without the help of the page's scripts.
  func click(_ selector: String) async throws {
    try await act(on: selector) { _ = try driver.send(.elementClick, ["id": $0]) }
  }

  /// Types like a person, into what a click gives the focus to.
  func type(_ text: String, into selector: String) async throws {
    try await click(selector)
    try await act(on: selector) {
      _ = try driver.send(.elementSendKeys, ["id": $0, "text": text])
    }
  }

  /// Does something with the first element for a CSS selector, as soon as there is one that can be
  /// reached: a page that draws a list anew takes the old elements away, between two commands too.
  private func act(on selector: String, _ body: (_ element: String) throws -> Void) async throws {
    var last: WebDriverError?
    _ = try await eventually("\(selector) to be there: \(last?.description ?? "")") { () -> Bool? in
      guard isReady() else { return nil }
      do {
        try body(element(selector))
        return true
      } catch let error as WebDriverError where error.isOfAMoment {
        last = error
        return nil
      }
    }
  }

  /// Presses a key on the page, once that takes it.
  /// - Parameter key: as `KeyboardEvent.key` has it.
  func press(_ key: String) async throws {
    _ = try await eventually("the page to take a key") { isReady() ? true : nil }
    let value = key.count == 1 ? key : try #require(Self.keys[key])
    let presses = ["keyDown", "keyUp"].map { ["type": $0, "value": value] }
    let keyboard: [String: Any] = ["type": "key", "id": "keyboard", "actions": presses]
    _ = try driver.send(.actions, ["actions": [keyboard]])
  }

  /// W3C WebDriver, 17.4.2.
  private static let keys = [
    "Backspace": "\u{E003}", "Enter": "\u{E006}", "PageUp": "\u{E00E}", "PageDown": "\u{E00F}",
    "F5": "\u{E035}",
  ]

  /// The browser's own button.
  func goBack() throws { _ = try driver.send(.back, [:]) }

  func reload() throws { _ = try driver.send(.refresh, [:]) }

  /// Runs a script and gives back what it returns; a promise is awaited. What is to be there for the
  /// next one is kept in `window`.
  func run(_ script: String) throws -> Any {
    try driver.send(.execute, ["script": script, "args": [String]()])
  }

  // MARK: The browser

  /// Lets pages run scripts, or not, from the next one that is opened in this tab. The one that is open
  /// may go.
  func setScripts(areOn: Bool) throws { try driver.setScripts(areOn: areOn) }

  /// Makes the page's part of the window so large, in CSS pixels.
  func resize(width: Int, height: Int) throws { try driver.resize(width: width, height: height) }

  /// Makes the browser tell the pages of this tab so of its user's wishes.
  /// - Parameter feature: as a media query has it.
  func setMedia(_ feature: MediaFeature, to value: String) throws {
    try driver.setMedia(feature, to: value)
  }

  /// Makes this tab ask for pages in a language from now on.
  /// - Parameter language: as `Accept-Language` has it, `de`.
  func setLanguage(_ language: String) throws { try driver.setLanguage(language) }

  /// Cuts this tab off from the network, or lets it through again.
  func setOffline(_ isOffline: Bool) throws { try driver.setOffline(isOffline) }

  /// Makes every answer to this tab come so late.
  func setLatency(milliseconds: Int) throws {
    try driver.setLatency(milliseconds: milliseconds)
  }

  /// Runs a script in every page that this tab opens from now on, before the page's own.
  /// - Parameter script: with `window.` before everything global.
  func runAtStart(_ script: String) throws { try driver.runAtStart(script) }

  /// Deletes the cookies that the page in this tab gets.
  func deleteCookies() throws { _ = try driver.send(.deleteCookies, [:]) }

  /// What the browser complained of since the last call.
  func log() throws -> [String] { try driver.log() }

  private func element(_ selector: String) throws -> String {
    let how = ["using": "css selector", "value": selector]
    let found = try driver.send(.findElement, how)
    return try text((found as? [String: Any])?.values.first as Any)
  }

  private func text(_ value: Any) throws -> String {
    guard let text = value as? String else {
      throw WebDriverError(description: "a text was expected, not \(value)")
    }
    return text
  }
}
