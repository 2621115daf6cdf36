import Foundation
import TestSupport

@testable import ShowOfHands

extension Browser {
  func openDesk(of service: Service) throws {
    try openDesk(at: service.url("/desk#\(service.desk.gate.key.text)"))
  }

  /// - Parameter url: with the key behind the `#`.
  func openDesk(at url: URL) throws {
    try resize(width: 1280, height: 720)
    try keepMessages()
    try open(url)
  }

  /// Lets what pages of this tab say for three seconds stay: on a busy machine a test looks later.
  func keepMessages() throws {
    try runAtStart(
      """
      {
        const { setTimeout } = window;
        window.setTimeout = (body, milliseconds, ...more) =>
          milliseconds === 3_000 ? 0 : setTimeout(body, milliseconds, ...more);
      }
      """)
  }

  /// Presses the big button once it says this, and waits for what comes of it.
  func pressNext(_ label: String) async throws {
    try await wait(for: "#next", toSay: label)
    let before = try text(of: "#next")
    _ = try await eventually("“\(label)” to be done") {
      // Sooner, it may count as a double press.
      _ = try run("return new Promise((resume) => setTimeout(resume, 700))")
      if try text(of: "#next") != before { return true }
      try await click("#next")
      try await eventually { isReady() }
      return try text(of: "#next") != before ? true : nil
    }
  }
}
