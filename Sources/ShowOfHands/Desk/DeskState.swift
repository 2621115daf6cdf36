import Voting

/// Everything a desk knows: the answer to `GET /desk/state.json` and to every step.
struct DeskState: Sendable {
  /// What the big button does now: the step of that name, but for `draft`, which is a `next` that
  /// takes the next question from the list.
  enum Next: String, Sendable { case open, close, reveal, draft }

  /// What an undo takes back now.
  enum Undo: String, Sendable { case withdraw, draft, reopen, hide }

  let standing: Standing
  let surroundings: DeskSurroundings
  /// Connected now.
  let presence: DeskSurroundings.Presence
  /// Those that share the ledger, this one too; none where it is this server's alone.
  let instances: [Instance]
  /// Whether votes are being stored.
  let isStoring: Bool
  /// Milliseconds since 1970, by the clock that countdowns go by.
  let now: Int

  init(_ standing: Standing, in surroundings: DeskSurroundings) {
    self.standing = standing
    self.surroundings = surroundings
    presence = surroundings.presence
    instances = surroundings.instances?() ?? []
    isStoring = surroundings.isStoring()
    now = surroundings.now()
  }

  /// The newest of the archive that are told; all are in `result.json?rounds=all`.
  static let maxArchived = 1_000

  var room: Room { standing.room }

  /// The round that steps are done to, with what may be known of it; `nil` for a draft.
  var present: DisclosedRound? {
    guard let number = room.round?.number, room.draft == nil else { return nil }
    return standing.rounds.last { $0.round.number == number }
  }

  /// How many have voted in it.
  var voted: Int { present?.voted ?? 0 }

  /// How many codes there are, and how many have voted in the present round; `nil` where votes come
  /// without.
  var codes: (issued: Int, used: Int)? {
    room.asksForCodes ? (present?.round.codesIssued ?? room.codes.count, voted) : nil
  }

  /// How its ballots split; `nil` while that is hidden.
  var tally: Tally? { present?.tally }

  /// The newest last.
  var archive: ArraySlice<DisclosedRound> {
    standing.rounds.filter(\.round.isArchived).suffix(Self.maxArchived)
  }

  var next: Next? {
    if room.draft != nil { return .open }
    switch room.round?.phase {
    case .open: return .close
    case .closed where room.round?.isHidden == true: return .reveal
    case .closed, .revealed, nil: return room.preparedRest.isEmpty ? nil : .draft
    }
  }

  var undo: Undo? {
    if room.draft != nil { return .withdraw }
    switch room.round?.phase {
    case .open: return voted == 0 ? .draft : nil
    case .closed: return .reopen
    case .revealed: return .hide
    case nil: return nil
    }
  }
}
