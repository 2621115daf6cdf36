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
    try open(url)
  }

  /// Presses the big button once it says this, and not so soon that it counts as a double press.
  func pressNext(_ label: String) async throws {
    try await wait(for: "#next", toSay: label)
    let before = try text(of: "#next")
    _ = try await eventually("“\(label)” to be done") {
      try await click("#next")
      return try text(of: "#next") != before ? true : nil
    }
  }
}
