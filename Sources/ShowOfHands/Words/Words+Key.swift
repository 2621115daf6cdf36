extension Words {
  /// A word that the program itself uses: on pages as they are made, where no script runs, and for
  /// what is the same in the whole room.
  enum Key: String, CaseIterable, Sendable {
    case direction = "language.direction"

    case question = "room.question"
    case yes = "room.yes"
    case no = "room.no"
    case abstain = "room.abstain"

    case lastVotes = "countdown.last"

    case welcome = "vote.welcome"
    case offered = "vote.offered"
    case unchanged = "vote.unchanged"
    case cookiesRefused = "vote.refused"
    case first = "phone.first"
    case closed = "phone.closed"
    case counted = "phone.counted"
    case answer = "phone.answer"
    case change = "vote.change"
    case everyPress = "vote.many"

    case join = "result.join"
    case screenOpen = "screen.open"
    case screenClosed = "screen.closed"
    case screenRevealed = "screen.revealed"
    case screenEarlier = "screen.earlier"
    case screenLater = "screen.later"
    case screenOver = "screen.over"

    case deskTitle = "desk.title"
    case deskName = "desk.name"
    case cookieRefused = "signing.refused"
    case timeLeft = "host.timeLeft"
    case wifi = "host.wifi"
    case comma = "host.comma"
    case archived = "host.archived"
    case roundStep = "host.roundStep"
    case newKey = "host.newKey"
    case pairAt = "host.pairAt"

    case listLine = "error.list-line"
    case otherStatus = "status.other"

    case exportRound = "export.round"
    case exportQuestion = "export.question"
    case exportYesLabel = "export.yesLabel"
    case exportNoLabel = "export.noLabel"
    case exportYes = "export.yes"
    case exportNo = "export.no"
    case exportTotal = "export.total"
    case exportOpened = "export.opened"
    case exportClosed = "export.closed"
    case exportAbstainLabel = "export.abstainLabel"
    case exportAbstain = "export.abstain"
    case exportPhase = "export.phase"
    case exportHidden = "export.hidden"
  }
}
