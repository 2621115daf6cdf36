import Voting

extension DeskState {
  /// With its keys in the order that a person reads them in.
  var json: OrderedJSON {
    [
      "version": .number(room.version),
      "round": roundJSON,
      "next": OrderedJSON(next?.rawValue),
      "undo": OrderedJSON(undo?.rawValue),
      "turnout": [
        "voted": .number(voted), "phones": .number(presence.phones),
        "screens": .number(presence.screens),
      ],
      "codes": codes.map {
        ["issued": .number($0.issued), "used": .number($0.used)]
      } ?? .null,
      "tally": Self.json(tally, of: room.round?.question),
      "outcome": Self.json(present?.outcome),
      "numbers": Self.json(room.numbers),
      "stage": .text(room.stage.rawValue),
      "shown": OrderedJSON(room.shownRound),
      "say": .text(room.announcement),
      "prepared": .array(room.preparedRest.map { .object(Self.members($0)) }),
      "addresses": .array(
        surroundings.joining.listed(chosen: room.address).map(Self.json)),
      "address": .text(address),
      "wifi": OrderedJSON(surroundings.joining.wifi?.name),
      "ballots": .text(surroundings.ballots.rawValue),
      "storing": .truth(isStoring),
      "missingVotes": OrderedJSON(room.missingVotes),
      "servers": instances.isEmpty ? .null : .array(instances.map(Self.json)),
      "relaxed": .truth(surroundings.isRelaxed),
      "id": OrderedJSON(standing.id),
      "now": .number(now),
      "record": .array(standing.record.map(Self.json)),
      "archive": .array(archive.map(Self.json)),
    ]
  }

  /// The numbers that the host has just peeked at, on record: behind the state, in this one answer.
  var peekedMembers: [OrderedJSON.Member] {
    guard let peeked = standing.peeked else { return [] }
    let number: OrderedJSON = ["number": .number(peeked.round.number)]
    let rest: OrderedJSON = ["tally": Self.json(peeked.tally, of: peeked.round.question)]
    let json = number.adding(Self.members(peeked.round.question)).adding(rest.members)
    return [.init(name: "peeked", value: json)]
  }

  /// The address on the join screen.
  var address: String { surroundings.joining.url(chosen: room.address) }

  private var roundJSON: OrderedJSON {
    if let draft = room.draft {
      return Self.json(
        number: nil, phase: "draft", isHidden: draft.isHidden, draft.question, nil)
    }
    guard let round = present?.round else { return .null }
    return Self.json(
      number: round.number, phase: round.phase.rawValue, isHidden: round.isHidden, round.question,
      round)
  }

  private static func json(
    number: Int?, phase: String, isHidden: Bool, _ question: Question, _ round: Round?
  ) -> OrderedJSON {
    let own: OrderedJSON = [
      "number": OrderedJSON(number), "phase": .text(phase), "hidden": .truth(isHidden),
    ]
    let times: OrderedJSON = [
      "opened": OrderedJSON(round.map { milliseconds($0.openedSeconds) }),
      "closed": OrderedJSON(round?.closedSeconds.map(milliseconds)),
      "closesAt": OrderedJSON(round?.closesAt),
    ]
    return own.adding(members(question)).adding(times.members)
      .adding(round.map { json($0.numbers).members } ?? [])
      .adding([.init(name: "codesIssued", value: OrderedJSON(round?.codesIssued))])
  }

  private static func json(_ numbers: Numbers) -> OrderedJSON {
    [
      "present": OrderedJSON(numbers.present), "entitled": OrderedJSON(numbers.entitled),
      "yesByHand": OrderedJSON(numbers.byHand?.yes), "noByHand": OrderedJSON(numbers.byHand?.no),
      "abstainByHand": OrderedJSON(numbers.byHand?.abstain),
    ]
  }

  /// `null` until the round is closed and its numbers may be known.
  private static func json(_ outcome: Outcome?) -> OrderedJSON {
    guard let outcome else { return .null }
    return [
      "base": OrderedJSON(outcome.base), "needed": OrderedJSON(outcome.needed),
      "verdict": OrderedJSON(outcome.verdict?.rawValue),
      "missing": OrderedJSON(outcome.missing?.rawValue),
      "chair": .truth(outcome.isChairsWord), "exceedsPresent": .truth(outcome.exceedsPresent),
    ]
  }

  private static func members(_ question: Question) -> [OrderedJSON.Member] {
    let json: OrderedJSON = [
      "question": .text(question.text), "yesLabel": .text(question.yesLabel),
      "noLabel": .text(question.noLabel), "abstainLabel": OrderedJSON(question.abstainLabel),
      "rule": .text(question.rule.rawValue), "chair": .truth(question.chairDecides),
      "rollCall": .truth(question.isRollCall),
    ]
    return json.members
  }

  /// The choices that the question has.
  private static func json(_ tally: Tally?, of question: Question?) -> OrderedJSON {
    guard let tally, let question else { return .null }
    return .object(
      question.choices.map { .init(name: $0.rawValue, value: .number(tally[$0])) })
  }

  private static func json(_ address: Joining.Listed) -> OrderedJSON {
    [
      "url": .text(address.url), "note": .text(address.remarks.text),
      "remarks": .text(address.remarks.codes),
      "isUsed": .truth(address.isUsed),
    ]
  }

  private static func json(_ instance: Instance) -> OrderedJSON {
    [
      "name": .text(instance.name), "screens": .number(instance.screens - instance.phones),
      "phones": .number(instance.phones),
      "lagMilliseconds": .number(instance.lagMilliseconds),
    ]
  }

  private static func json(_ entry: RecordEntry) -> OrderedJSON {
    [
      "at": .number(milliseconds(entry.seconds)), "step": .text(entry.kind.rawValue),
      "round": OrderedJSON(entry.round),
    ]
  }

  private static func json(_ archived: DisclosedRound) -> OrderedJSON {
    let round = archived.round
    let number: OrderedJSON = ["number": .number(round.number)]
    let rest: OrderedJSON = [
      "opened": .number(milliseconds(round.openedSeconds)),
      "closed": OrderedJSON(round.closedSeconds.map(milliseconds)),
      "hidden": .truth(round.isHidden),
      "voted": .number(archived.voted),
      "tally": json(archived.tally, of: round.question), "outcome": json(archived.outcome),
    ]
    return number.adding(members(round.question)).adding(rest.members)
      .adding(json(round.numbers).members)
  }

  /// Every time that leaves the desk is in milliseconds.
  private static func milliseconds(_ seconds: Int) -> Int { seconds * 1_000 }
}

extension OrderedJSON {
  /// Of an object; none of anything else.
  fileprivate var members: [Member] {
    if case .object(let members) = self { members } else { [] }
  }
}
