import HTTPServer
import QRCode
import Voting

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// How a browser comes to a session, and how it loses it.
extension Desk {
  func openSession(_ request: Request, _ response: Response) async throws {
    try gate.openSession(request, pairings: pairings, on: response)
    if request.isNavigation {
      return try response.redirect(to: "../desk?\(Self.openedMark)")
    }
    try answer(ballotBox.standing, request, response)
  }

  /// A phone is let in by an address that works once.
  func pair(_ request: Request, _ response: Response) async throws {
    _ = try gate.admitChange(request)
    let standing = ballotBox.standing
    if gate.isLocal {
      throw DeskRefusal(
        error: HTTPError(
          .conflict, "The desk is kept to this machine; start the server without --desk local.",
          code: "local"),
        standing: standing)
    }
    let url = "\(state(standing).address)desk#\(pairings.make())"
    let end = BallotBox.millisecondsSince1970() + Pairings.lifetimeMilliseconds
    let pair: OrderedJSON = [
      "address": .text(url), "image": OrderedJSON(Self.code(of: url)), "expires": .number(end),
    ]
    try answer(
      standing, request, response, adding: ("pair", pair),
      notice: { $0.text(.pairAt, ["address": "\u{2068}\(url)\u{2069}"]) })
  }

  /// The address as a code, in an address of its own: nothing that a server is asked for tells it.
  /// `nil` where it is too long for one.
  private static func code(of url: String) -> String? {
    guard let code = try? QRCode(JoinAddress.codeText(of: url)) else { return nil }
    return "data:image/svg+xml;base64," + Data(code.svg.utf8).base64EncodedString()
  }

  /// Every desk but this one is out.
  func revoke(_ request: Request, _ response: Response) async throws {
    let session = try gate.admitChange(request)
    let version = try DeskFields(request).number("version")
    if gate.isKeyFixed {
      throw DeskRefusal(
        error: HTTPError(
          .conflict, "The key was given with --presenter-key; start with another one.",
          code: "fixed-key"),
        standing: ballotBox.standing)
    }
    let standing = ballotBox.standing
    if let version, version != standing.room.version {
      throw DeskRefusal(.refused(.stale, standing))
    }
    let key: DeskKey
    do throws(StepError) {
      key = DeskKey(try await ballotBox.replaceDeskKey())
    } catch {
      throw DeskRefusal(error)
    }
    pairings.removeAll()
    await stream.restart()
    if session != nil { try gate.startSession(with: key, on: response) }
    try answer(
      standing, request, response, adding: ("key", .text(key.text)),
      notice: { $0.text(.newKey, ["key": "\u{2068}\(key.text)\u{2069}"]) })
  }
}
