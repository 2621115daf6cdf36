import TestSupport

/// What one connection is for, and how it ends.
enum Visit: CaseIterable {
  case vote
  case voteAndReset
  case page
  case pageAndServerCloses
  case stream
  case streamAndReset
  case silence
  case halfHead
  case halfHeadAndReset
  case halfBody
  case badRequest

  /// Makes it on a new connection, which ends in the orderly way afterwards unless it was reset.
  /// - Returns: whether a vote was acknowledged.
  func make(_ client: Client) throws -> Bool {
    switch self {
    case .vote:
      return try client.get("/vote?yes=true").status == 200
    case .voteAndReset:
      try client.send("GET /vote?yes=true HTTP/1.1\r\nHost: test\r\n\r\n")
      client.reset()
    case .page:
      _ = try client.get("/result")
    case .pageAndServerCloses:
      _ = try client.get("/", fields: "Connection: close\r\n")
      _ = try client.readToEnd()
    case .stream:
      try openStream(client)
    case .streamAndReset:
      try openStream(client)
      client.reset()
    case .silence:
      break
    case .halfHead:
      try client.send("GET / HTTP/1.1\r\nHo")
    case .halfHeadAndReset:
      try client.send("GET / HTTP/1.1\r\nHo")
      client.reset()
    case .halfBody:
      try client.send("POST /vote HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\nyes=tr")
    case .badRequest:
      try client.send("this is no request\r\n\r\n")
      _ = try client.reply()
    }
    return false
  }

  /// Whether it sends a vote that may count.
  var isVote: Bool { self == .vote || self == .voteAndReset }

  private func openStream(_ client: Client) throws {
    try client.send("GET /stream HTTP/1.1\r\nHost: test\r\nAccept: text/event-stream\r\n\r\n")
    _ = try client.head()
    _ = try client.events()
  }
}
