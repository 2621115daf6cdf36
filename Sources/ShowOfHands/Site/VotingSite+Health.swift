import HTTPServer
import Voting

extension VotingSite {
  /// `/health` says whether all is well, and `/ready` whether a balancer may send people here: where
  /// votes are missing they have to come, to send theirs again, and the host to hear of it.
  func healthRoutes(_ app: inout Application) {
    app.get("/ready") { _, response in
      try checkIsReady()
      try response.json(condition)
    }
    app.get("/health") { _, response in
      try checkIsReady()
      if let count = ballotBox.snapshot.room.missingVotes {
        if count == 0 {
          throw HTTPError.unavailable(
            "Steps of the host that were stored are missing. Confirm it at the desk.",
            code: "steps-missing", retryAfterSeconds: 5)
        }
        throw HTTPError.unavailable(
          "Votes that were acknowledged are missing: \(count). Confirm it at the desk.",
          code: "votes-missing", details: ["count": "\(count)"], retryAfterSeconds: 5)
      }
      try response.json(condition)
    }
  }

  private func checkIsReady() throws(HTTPError) {
    if server.isStopping {
      throw .unavailable(
        "The server is stopping.", code: "stopping", details: ["reason": "server-stopping"],
        retryAfterSeconds: 5)
    }
    if !ballotBox.isStoring {
      throw .notStoring
    }
  }

  private var condition: [String: String] {
    var condition = ["status": "ok"]
    if ballotBox.isRelaxed { condition["durability"] = "relaxed" }
    return condition
  }
}

extension HTTPError {
  static let notStoring = HTTPError.unavailable(
    "Votes cannot be stored at present; see the log.", code: "storage",
    details: ["reason": "storing"], retryAfterSeconds: 5)
}
