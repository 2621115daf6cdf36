import Valkey

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What the store answers to an instance that looks.
struct Beat {
  let mark: StoreMark
  let run: String
  let steps: Int
  /// Of the round that it was asked about.
  let tally: Tally
  /// Of that round.
  let ballotCount: Int
  let instances: [Instance]
  /// Since 1970, by the store's clock.
  let time: Duration

  /// Of `StoreScript.looking`; `nil` for what it does not say.
  init?(_ values: [Reply]) {
    guard values.count == 13, let epoch = values[0].text, let run = values[1].text,
      let sequence = values[3].count, let counted = values[4].count,
      let steps = values[6].count, let tally = Tally(stored: values[7..<10]),
      let ballotCount = values[10].count, let instances = values[11].items,
      let milliseconds = values[12].count
    else { return nil }
    mark = StoreMark(epoch: epoch, sequence: sequence, counted: counted)
    self.run = run
    self.steps = steps
    time = .milliseconds(milliseconds)
    self.tally = tally
    self.ballotCount = ballotCount
    self.instances = instances.compactMap { $0.text.flatMap(Instance.init(stored:)) }
      .sorted { ($0.name, $0.id) < ($1.name, $1.id) }
  }
}

extension Tally {
  /// Of `yes`, `no` and `abstain`, in this order; what is not there is 0.
  init?(stored replies: some Collection<Reply>) {
    let numbers = replies.map { $0 == .null ? 0 : $0.count }
    guard numbers.count == 3, let yes = numbers[0], let no = numbers[1], let abstain = numbers[2]
    else { return nil }
    self.init(yes: yes, no: no, abstain: abstain)
  }
}

extension Instance {
  private struct Stored: Codable {
    var id: String
    var name: String
    var screens: Int
    var phones: Int
    var lagMilliseconds: Int
    var ballots: String
  }

  /// What it says of itself: JSON.
  var stored: String {
    let stored = Stored(
      id: id, name: name, screens: screens, phones: phones, lagMilliseconds: lagMilliseconds,
      ballots: ballots.rawValue)
    // It has nothing in it that JSON cannot say.
    guard let data = try? JSONEncoder().encode(stored) else { preconditionFailure() }
    return String(decoding: data, as: UTF8.self)
  }

  /// What is more is no number of connections, and no time that anybody would have waited.
  private static let numberRange = 0...1 << 31

  /// `nil` for what no instance of this version says: it is shown as if it were not there.
  init?(stored text: String) {
    guard let stored = try? JSONDecoder().decode(Stored.self, from: Data(text.utf8)),
      let ballots = BallotPolicy(rawValue: stored.ballots),
      [stored.screens, stored.phones, stored.lagMilliseconds]
        .allSatisfy(Self.numberRange.contains)
    else { return nil }
    self.init(id: stored.id, name: stored.name)
    screens = stored.screens
    phones = stored.phones
    lagMilliseconds = stored.lagMilliseconds
    self.ballots = ballots
  }
}
