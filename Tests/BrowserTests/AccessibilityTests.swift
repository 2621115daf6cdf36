import Foundation
import TestSupport
import Testing
import Voting

@testable import ShowOfHands

/// The rules of axe-core, on every page in every state. `AXE_SCRIPT` names its script, which `.ci/run`
/// takes from the Python package `axe-core-python`; without it, these tests skip. They go by what a
/// page is made of, and take as long as a quarter of all others: Firefox tries them where it is asked
/// for alone (`BROWSERS=firefox`).
private let axeScript = ProcessInfo.processInfo.environment["AXE_SCRIPT"]

extension BrowserTests {
  @Suite(
    "Pages that everybody can use",
    .enabled(if: axeScript != nil, "AXE_SCRIPT names no script of axe-core, so no rule was tried"))
  struct AccessibilityTests {
    private static let question = Question(
      "Is tea better than coffee?", yesLabel: "Tea", noLabel: "Coffee", abstainLabel: "Neither")

    /// Every state that a page shows, by the steps that lead there.
    enum State: String, CaseIterable, Sendable {
      case nothing, openShown, openHidden, countdown, closedShown, closedHidden, revealed, draft
      case black, join, announcement, archived

      var steps: [Step] {
        let ask = Step.ask(question, isHidden: false, isDraft: false)
        let askHidden = Step.ask(question, isHidden: true, isDraft: false)
        return switch self {
        case .nothing: []
        case .openShown: [ask]
        case .openHidden: [askHidden]
        case .countdown: [ask, .countdown(.start(seconds: 120))]
        case .closedShown: [ask, .close]
        case .closedHidden: [askHidden, .close]
        case .revealed: [askHidden, .close, .reveal()]
        case .draft: [ask, .close, .ask(question, isHidden: false, isDraft: true)]
        case .black: [ask, .stage(.black)]
        case .join: [ask, .stage(.join)]
        case .announcement: [ask, .say("Back at eight.")]
        case .archived: [ask, .again, .show(round: 1)]
        }
      }
    }

    @Test("axe: no rule of WCAG 2.2 AA is broken", arguments: State.allCases)
    func rules(state: State) async throws {
      if BrowserKind.current != BrowserKind.tried.first { return }
      let script = try String(contentsOfFile: try #require(axeScript), encoding: .utf8)
      // A preset other than quick waits for the host.
      try await withPages(["--preset", "talk"]) { service, browser in
        for step in state.steps { try await service.ballotBox.perform(step) }
        for scheme in ["light", "dark"] {
          try browser.setMedia(.colorScheme, to: scheme)
          for path in ["/", "/result", "/desk#\(service.desk.gate.key.text)"] {
            try browser.open(service.url(path))
            // Also where the screen is black and says nothing.
            _ = try await eventually("\(path) to be connected") {
              let state = "return document.querySelector('#state')?.dataset.state"
              return try browser.run(state) as? String == "connected" ? true : nil
            }
            #expect(try violations(script, browser) == [], "\(path), \(scheme)")
          }
        }
      }
    }

    private func violations(_ script: String, _ browser: Browser) throws -> [String] {
      let found = try browser.run(
        """
        \(script);
        const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
        return axe.run(document, { runOnly: tags }).then(({ violations }) =>
          violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target).join(", ")}`));
        """)
      return found as? [String] ?? ["no answer"]
    }
  }
}
