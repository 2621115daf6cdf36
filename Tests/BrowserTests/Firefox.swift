import Foundation
import TestSupport

/// The Firefox of a run of tests. A start takes seconds, so all tests have the same one, which
/// `Marionette` gives to each as if it were new.
final class Firefox {
  private let program: Program
  private let folder: TemporaryFolder
  private let port: Int
  /// A machine that builds meanwhile takes long to start a program.
  private static let startSeconds = 90

  /// With a profile of its own, which is removed with it.
  private init() async throws {
    folder = try TemporaryFolder()
    let lines = Self.preferences.map { name, value in "user_pref(\"\(name)\", \(value));\n" }
    try folder.write(lines.joined(), to: "user.js")
    program = try Program([
      "HOME=\(folder.path)", "sh", "-c", Self.start, BrowserKind.firefox.program, "--headless",
      "--no-remote", "--marionette", "--remote-allow-system-access", "--profile", folder.path,
    ])
    let portFile = folder.path + "/MarionetteActivePort"
    port = try await eventually("Firefox to listen", patienceSeconds: Self.startSeconds) {
      // Not there before it listens.
      (try? String(contentsOfFile: portFile, encoding: .utf8)).flatMap { Int($0) }
    }
  }

  /// Ends it also where the tests were killed, and nobody else is left to do so.
  private static let start = #"""
    me=$$ tests=$PPID
    { while kill -0 $me && kill -0 $tests; do sleep 1; done; kill -9 $me; } 2>/dev/null &
    exec "$0" "$@"
    """#

  private static let preferences = [
    "marionette.port": "0",
    // Every name leads here, so that each can be a device of its own, and nothing is asked of others.
    "network.dns.forceResolve": "\"127.0.0.1\"",
    "dom.security.https_first": "false",
    "app.normandy.enabled": "false",
    "app.update.disabledForTesting": "true",
    "browser.shell.checkDefaultBrowser": "false",
    "browser.startup.page": "0",
    "datareporting.policy.dataSubmissionEnabled": "false",
    "extensions.getAddons.cache.enabled": "false",
    "network.captive-portal-service.enabled": "false",
    "network.connectivity-service.enabled": "false",
    "toolkit.telemetry.server": "\"\"",
    // They take no room, as on phones and in a headless Chromium.
    "ui.useOverlayScrollbars": "1",
  ]

  // MARK: One for all

  @TaskLocal private static var shared: Shared?

  /// Runs the tests of a suite and those in it with one Firefox, which the first that needs it starts
  /// and which ends after the last.
  static func withOneForAll(_ body: () async throws -> Void) async throws {
    if shared != nil { return try await body() }
    let mine = Shared()
    do {
      try await $shared.withValue(mine) { try await body() }
    } catch {
      await mine.end()
      throw error
    }
    await mine.end()
  }

  /// A connection to its Marionette.
  static func client() async throws -> Client {
    guard let shared else { throw WebDriverError(description: "the suite is not .inEveryBrowser") }
    return try client(port: try await shared.port())
  }

  /// The first session waits until all has started.
  private static func client(port: Int) throws -> Client {
    try Client(port: port, patienceSeconds: startSeconds)
  }

  private actor Shared {
    private var firefox: Firefox?
    /// Why it does not start; that is not tried again for each test.
    private var failure: (any Error)?

    func port() async throws -> Int {
      // One that a test brought down is not listening any more: the next has a new one.
      if let firefox, (try? client(port: firefox.port)) != nil { return firefox.port }
      if let failure { throw failure }
      do {
        let firefox = try await Firefox()
        self.firefox = firefox
        return firefox.port
      } catch {
        failure = error
        throw error
      }
    }

    func end() async {
      await firefox?.program.kill()
      firefox = nil
    }
  }
}
