/// What is wrong in a ledger, found by counting again.
public enum Inconsistency: Equatable, Sendable, CustomStringConvertible {
  /// In the words of SQLite.
  case damage(String)
  /// The file was copied without its log, which had more.
  case logMissing
  /// Ballots that say neither yes nor no, nor abstain.
  case ballotsWithoutChoice(Int)
  case ballotsWithoutRound(Int)
  /// Ballots under numbers that were never handed out.
  case ballotsNeverIssued(Int)
  /// The screens were told something else about the newest round.
  case published(Tally, counted: Tally)
  /// A round is open though another came after it.
  case openRound(Int)

  /// The numbers that a store keeps of a round are not those of its ballots.
  case numbersDiffer(round: Int)
  /// A store's index of a round's receipts is not that of its ballots.
  case receiptsDiffer(round: Int)
  /// A store says that fewer votes were counted in all than there are ballots.
  case countedTooFew
  /// A store takes votes in another round than in the one that is open.
  case takesVotesElsewhere
  /// Lines of the record are of no kind that this version knows.
  case unknownLines(Int)
  /// A store lost so many votes that were acknowledged, and the host has not said that they know of it.
  case votesMissing(Int)

  /// No server has sealed the file.
  case notSealed
  /// A ballot was changed, added or removed by hand.
  case ballotsChanged
  case roundsChanged
  /// Of the room: what is asked next, how many are present or entitled, or the codes.
  case roomChanged
  /// A line of the record was changed, added, removed or moved by hand.
  case recordChanged
  case fingerprintsChanged
  case countersChanged
  /// The file has been further than it is now.
  case olderCopy
  /// A server went on with an older copy, when the round was the newest: it is on record.
  case wentOnFromOlderCopy(seconds: Int, round: Int?)
  /// So many more ballots of a round have a receipt that another one has.
  case receiptsTwice(round: Int, Int)
  /// So many ballots of a round that gives receipts have none.
  case receiptsMissing(round: Int, Int)
  /// A fingerprint of the round is not the hash of its text, or does not name the ones before it.
  case fingerprintWrong(Int)
  /// The round's fingerprint is of a text that says something else than the file.
  case fingerprintDiffers(Int)

  /// Without numbers that the newest round may hide.
  public var disclosed: String {
    switch self {
    case .published: "the screens show other numbers than the ballots say"
    default: description
    }
  }

  public var description: String {
    switch self {
    case .damage(let report): "the file is damaged: \(report)"
    case .logMissing:
      "the file was copied without its log (the same name and -wal), and votes may be missing: copy"
        + " both together, or copy it when its server has stopped"
    case .ballotsWithoutChoice(let count): "\(count) ballots say nothing that can be counted"
    case .ballotsWithoutRound(let count): "\(count) ballots belong to no round"
    case .ballotsNeverIssued(let count): "\(count) ballots have numbers that no browser was given"
    case .published(let published, let counted):
      "the screens show \(published) and the ballots say \(counted)"
    case .numbersDiffer(let round):
      "the numbers of round \(round) are not those of its ballots"
    case .receiptsDiffer(let round):
      "the index of the receipts of round \(round) is not that of its ballots"
    case .countedTooFew: "fewer votes were counted in all than there are ballots"
    case .takesVotesElsewhere: "votes are taken in another round than in the one that is open"
    case .unknownLines(let count):
      "\(count) lines of the record are of no kind that this version knows"
    case .votesMissing(0):
      "steps of the host are missing that were stored, which the host has not confirmed at the desk"
    case .votesMissing(let count):
      "\(count) votes are missing that were acknowledged, which the host has not confirmed at the desk"
    case .notSealed: "the file has no seal: start a server with it, which seals it as it is"
    case .ballotsChanged: "a ballot was changed, added or removed by something else than a vote"
    case .roundsChanged: "a round was changed, added or removed by something else than a step"
    case .roomChanged:
      "the next question, the numbers of people or the codes were changed by something else than a"
        + " step"
    case .recordChanged: "the record was changed by something else than a step"
    case .fingerprintsChanged: "a fingerprint or its text was changed, added or removed"
    case .countersChanged: "the counters were changed by something else than a server"
    case .olderCopy:
      "the file had more in it before: an older copy was put in its place"
    case .wentOnFromOlderCopy(let seconds, let round):
      "at \(RecordText.time(seconds)) a server went on with an older copy of the file: what came after"
        + " that copy is lost"
        + (round.map { ", also votes of round \($0) if there were any" } ?? "")
    case .receiptsTwice(let round, let count):
      "\(count) ballots of round \(round) have a receipt that another one has"
    case .receiptsMissing(let round, let count):
      "\(count) ballots of round \(round) have no receipt"
    case .fingerprintWrong(let round):
      "a fingerprint of round \(round) is not the hash of its text, or names wrong ones before it"
    case .fingerprintDiffers(let round):
      "the fingerprint of round \(round) is of something else than what is in the file"
    case .openRound(let number): "round \(number) is open though another came after it"
    }
  }
}
