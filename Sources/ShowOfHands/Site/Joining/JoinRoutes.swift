import HTTPServer
import Voting

/// The codes that the join screen shows: of the address where people vote, and of the Wi-Fi.
func joinRoutes(_ app: inout Application, _ joining: Joining, _ ballotBox: BallotBox) {
  app.get("/qr.svg") { _, response in
    guard let svg = joining.svg(of: joining.url(chosen: ballotBox.snapshot.room.address)) else {
      throw HTTPError(
        .notFound, "The address where people vote is too long for a code; choose another one.",
        code: "no-code")
    }
    response.send(svg, as: .svg)
  }
  app.get("/wifi.svg") { _, response in
    guard let svg = joining.wifiSVG else {
      throw HTTPError(
        .notFound,
        "The Wi-Fi is not known here; start the server with --wifi NAME:PASSWORD to have its code.",
        code: "no-wifi")
    }
    response.send(svg, as: .svg)
  }
}

extension MediaType {
  fileprivate static let svg = MediaType("image/svg+xml")
}
