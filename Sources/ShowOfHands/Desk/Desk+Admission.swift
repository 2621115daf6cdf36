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
    try await gate.openSession(request, on: response, redeem: redeem)
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
    let url = "\(state(standing).address)desk#\(try await makeCode())"
    let end = ballotBox.now() + Pairings.lifetimeMilliseconds
    let pair: OrderedJSON = [
      "address": .text(url), "image": OrderedJSON(Self.code(of: url)), "expires": .number(end),
    ]
    try answer(
      standing, request, response, adding: ("pair", pair),
      notice: { $0.text(.pairAt, ["address": "\u{2068}\(url)\u{2069}"]) })
  }

  private func makeCode() async throws -> String {
    guard ballotBox.isShared else { return pairings.make() }
    do throws(StepError) {
      return try await SharedPairings(ballotBox: ballotBox).make(for: gate.key)
    } catch {
      throw DeskRefusal(error)
    }
  }

  private func redeem(_ code: String, _ key: DeskKey) async throws -> Bool {
    guard ballotBox.isShared else { return pairings.redeem(code) }
    do throws(StepError) {
      return try await SharedPairings(ballotBox: ballotBox).redeem(code, for: key)
    } catch {
      throw HTTPError.notStoring
    }
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
