import Foundation
import TestSupport
import Testing

/// The browsers that every page is tried in.
enum BrowserKind: String, CaseIterable {
  case chromium, firefox

  /// What has to be on `PATH`, by one of these names.
  private var programs: [String] {
    switch self {
    case .chromium: ["chromedriver"]
    case .firefox: ["firefox-esr", "firefox"]
    }
  }

  /// The name by which its program is started.
  var program: String { programs.first(where: Program.isInstalled) ?? programs[0] }

  var isInstalled: Bool { programs.contains(where: Program.isInstalled) }

  var absence: Comment { "\(programs[0]) is not on PATH, so no page was opened in \(rawValue)" }

  /// Those to try: what `BROWSERS` names, else all that are here. `REQUIRE_BROWSER=1` makes the
  /// absence of one a failure.
  static let tried: [BrowserKind] = {
    let environment = ProcessInfo.processInfo.environment
    let names = environment["BROWSERS"]?.split(separator: ",").map(String.init)
    let wanted = allCases.filter { names?.contains($0.rawValue) ?? true }
    return environment["REQUIRE_BROWSER"] == "1" ? wanted : wanted.filter(\.isInstalled)
  }()

  /// The one that the running test is in now.
  @TaskLocal static var current = chromium

  /// Where the tests in it run: to wait for a browser blocks a thread, and Swift has few for all.
  fileprivate var executor: QueueExecutor { Self.executors[self]! }
  private static let executors = Dictionary(
    uniqueKeysWithValues: allCases.map { ($0, QueueExecutor()) })
}

/// Runs every test of a suite in all browsers at once, each time from the start.
struct InEveryBrowser: TestTrait, SuiteTrait, TestScoping {
  let isRecursive = true

  func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? { self }

  func provideScope(
    for test: Test, testCase: Test.Case?,
    performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    guard testCase != nil else { return try await Firefox.withOneForAll(function) }
    async let chromium: Void = perform(function, in: .chromium, for: test)
    async let firefox: Void = perform(function, in: .firefox, for: test)
    _ = await (chromium, firefox)
  }

  private func perform(
    _ function: @concurrent @Sendable () async throws -> Void, in kind: BrowserKind, for test: Test
  ) async {
    guard BrowserKind.tried.contains(kind) else { return }
    await BrowserKind.$current.withValue(kind) {
      do {
        try await withTaskExecutorPreference(kind.executor) { try await function() }
      } catch {
        // Recorded here, where it is known in which browser.
        Issue.record(error, sourceLocation: test.sourceLocation)
      }
    }
  }
}

extension Trait where Self == InEveryBrowser {
  static var inEveryBrowser: Self { InEveryBrowser() }
}

extension Trait where Self == IssueHandlingTrait {
  /// Says with every issue in which browser it came up.
  static var namingTheBrowser: Self {
    .compactMapIssues { issue in
      let name: Comment = "in \(BrowserKind.current.rawValue)"
      // Suites hand their traits down, and so it may be there already.
      if issue.comments.contains(name) { return issue }
      var issue = issue
      issue.comments.append(name)
      return issue
    }
  }
}

/// Says of each browser that is not here that nothing was tried in it.
@Suite("The browsers")
struct BrowserKindTests {
  @Test(
    "Chromium is here",
    .enabled(if: BrowserKind.tried.contains(.chromium), BrowserKind.chromium.absence))
  func chromium() {
    #expect(BrowserKind.chromium.isInstalled)
  }

  @Test(
    "Firefox is here",
    .enabled(if: BrowserKind.tried.contains(.firefox), BrowserKind.firefox.absence))
  func firefox() {
    #expect(BrowserKind.firefox.isInstalled)
  }
}
