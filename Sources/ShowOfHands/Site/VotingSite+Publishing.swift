import HTTPServer
import Voting

extension VotingSite {
  /// What anyone can count a round again from, `?round=N` or the newest: there once it is closed and
  /// its numbers may be known.
  func publishingRoutes(_ app: inout Application) {
    app.get("/receipts.csv") { request, response in
      let round = try number(in: request)
      let list = try await whileStored { () async throws(LedgerError) in
        try await ballotBox.receiptList(round: round)
      }
      guard let list, round != 0 else {
        throw HTTPError(
          .notFound,
          "There is no list of this round: it comes when the round is closed and its numbers are "
            + "shown, if ballots have receipts.", code: "no-list")
      }
      response.send(list, as: RoundResult.csvType)
    }
    app.get("/record.txt") { request, response in
      let round = try number(in: request)
      let text = try await whileStored { () async throws(LedgerError) in
        try await ballotBox.recordText(round: round)
      }
      guard let text, round != 0 else {
        throw HTTPError(
          .notFound,
          "There is no record of this round yet: it comes when the round is closed and its numbers "
            + "are shown.", code: "no-record")
      }
      response.send(text, as: .text)
    }
  }

  /// - Returns: `nil` for the newest; 0, which no round has, for what is no number.
  private func number(in request: borrowing Request) throws(HTTPError) -> Int? {
    let values = request.query.values(of: "round")
    guard let value = values.first else { return nil }
    guard values.count == 1, let number = Int(value), number > 0, value == "\(number)" else {
      return 0
    }
    return number
  }

  /// - Throws: `HTTPError` 503 where the disk does not answer as it should.
  func whileStored<Value>(
    _ read: () async throws(LedgerError) -> Value
  ) async throws(HTTPError) -> Value {
    do throws(LedgerError) {
      return try await read()
    } catch {
      throw .unavailable(
        "This cannot be read at present; see the log.", code: "storage",
        details: ["reason": "storing"], retryAfterSeconds: 5)
    }
  }
}
