#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A room as a store keeps it: JSON, with the names that stand here.
///
/// What a later version adds is optional, so that this one's rooms can be read.
struct StoredRoom: Codable {
  var version: Int
  var rounds: [StoredRound]
  var nextNumber: Int
  var draft: Draft?
  var stage: String
  var announcement: String
  var shownRound: Int?
  var prepared: [StoredQuestion]
  var preparedPosition: Int
  var preparedFrom: Int?
  var address: String?
  var present: Int?
  var entitled: Int?
  var codesIssued: Int
  var codesGeneration: Int
  var missing: [String: Int]?

  struct Draft: Codable {
    var question: StoredQuestion
    var isHidden: Bool
    var preset: String?
  }

  init(_ room: Room) {
    version = room.version
    rounds = room.rounds.map { StoredRound($0) }
    nextNumber = room.nextNumber
    draft = room.draft.map {
      Draft(
        question: StoredQuestion($0.question), isHidden: $0.isHidden, preset: $0.preset?.rawValue)
    }
    stage = room.stage.rawValue
    announcement = room.announcement
    shownRound = room.shownRound
    prepared = room.prepared.map { StoredQuestion($0) }
    preparedPosition = room.preparedPosition
    preparedFrom = room.preparedFrom
    address = room.address
    present = room.numbers.present
    entitled = room.numbers.entitled
    codesIssued = room.codes.count
    codesGeneration = room.codes.generation
    missing = room.missing.isEmpty ? nil : room.missing
  }

  /// The room; `nil` where it is none that a program of this version could have made.
  var room: Room? {
    let parts = (rounds.compactMap(\.round), prepared.compactMap(\.question))
    guard parts.0.count == rounds.count, parts.1.count == prepared.count,
      (0...prepared.count).contains(preparedPosition), let stage = Stage(rawValue: stage),
      Counters.countRange.contains(version), Round.numberRange.contains(nextNumber),
      zip(parts.0, parts.0.dropFirst()).allSatisfy({ $0.number < $1.number }),
      parts.0.last.map({ $0.number < nextNumber }) ?? true,
      [present, entitled].allSatisfy({ $0.map(Numbers.range.contains) ?? true }),
      IssuedCodes.countRange.contains(codesIssued),
      IssuedCodes.generationRange.contains(codesGeneration),
      (missing ?? [:]).values.allSatisfy(Counters.countRange.contains)
    else { return nil }
    var room = Room()
    room.version = version
    room.rounds = parts.0
    room.nextNumber = nextNumber
    if let draft {
      guard let question = draft.question.question else { return nil }
      room.draft = Room.Draft(
        question, isHidden: draft.isHidden, preset: draft.preset.flatMap(Preset.init(rawValue:)))
    }
    room.stage = stage
    room.announcement = announcement
    room.shownRound = shownRound
    room.prepared = parts.1
    room.preparedPosition = preparedPosition
    room.preparedFrom = preparedFrom
    room.address = address
    room.numbers = Numbers(present: present, entitled: entitled)
    room.codes.count = codesIssued
    room.codes.generation = codesGeneration
    room.missing = missing ?? [:]
    return room
  }
}

extension Room {
  /// As a store keeps it.
  var stored: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // It has nothing in it that JSON cannot say.
    guard let data = try? encoder.encode(StoredRoom(self)) else { preconditionFailure() }
    return String(decoding: data, as: UTF8.self)
  }

  /// `nil` for what no program of this version could have written.
  init?(stored text: String) {
    // What is wrong with it nobody could do anything about.
    let stored = try? JSONDecoder().decode(StoredRoom.self, from: Data(text.utf8))
    guard let room = stored?.room else { return nil }
    self = room
  }
}
