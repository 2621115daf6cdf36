import HTTPServer
import Voting

extension VotingSite {
  /// The minutes of a round, `?round=N`, or of the newest: there once its numbers may be known.
  func minutesRoutes(_ app: inout Application) {
    app.get("/minutes") { request, response in
      let words = pages.languages.words(for: request, response)
      response.send(pages.minutes(try await minutes(request, words), in: words), as: .html)
    }
    app.get("/minutes.txt") { request, response in
      let words = pages.languages.words(for: request, response)
      response.send(try await minutes(request, words).text, as: .text)
    }
  }

  /// - Throws: `HTTPError` 404 for a round that there is not, or that nobody may know of yet: which
  ///   of them does not show.
  private func minutes(
    _ request: Request, _ words: Words
  ) async throws(HTTPError) -> Minutes {
    let standing = ballotBox.standing
    let rounds = standing.rounds
    let round: DisclosedRound?
    switch request.query.values(of: "round") {
    case []: round = rounds.last
    case let numbers where numbers.count == 1:
      round = rounds.last { "\($0.round.number)" == numbers[0] }
    default: round = nil
    }
    var record = standing.record
    // Of a long evening that is the newest part. Else nobody who reads makes votes wait for the disk.
    if let round, record.count == LedgerContents.maxRecord {
      record = try await whileStored { () async throws(LedgerError) in
        try await ballotBox.record(ofRound: round.round.number)
      }
    }
    guard let minutes = round.flatMap({ Minutes($0, record: record, in: words) }) else {
      throw HTTPError(
        .notFound,
        "There are no minutes of this round yet: they come when it is closed and its numbers are "
          + "shown.", code: "no-minutes")
    }
    return minutes
  }
}
