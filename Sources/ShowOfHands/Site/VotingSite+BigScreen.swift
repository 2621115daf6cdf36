import HTTPServer
import ServerSentEvents
import Voting

extension VotingSite {
  func showBigScreen(_ request: Request, _ response: Response) async throws {
    let layout: BigScreen.Layout =
      switch (request.query["overlay"], request.query["side"]) {
      case (nil, _): .page
      case (_, "left"): .overlayLeft
      case (_, "right"): .overlayRight
      case _: .overlay
      }
    let snapshot = ballotBox.snapshot
    let screen = BigScreen(
      snapshot: snapshot, invitation: joining.invitation(chosen: snapshot.room.address),
      connected: audience.countEverywhere, phones: audience.countEverywhere(of: Self.phones),
      layout: layout,
      words: pages.languages.words(for: request, response), now: ballotBox.now())
    response.set(.cacheControl, "no-cache")
    response.fields.set(Self.framable)
    response.send(pages.result(screen), as: .html)
  }

  /// The page may be part of a slide, or of any other page: it has no buttons there.
  private static let framable = securityHeaders(
    contentSecurityPolicy: contentSecurityPolicy(isFramable: true))
}
