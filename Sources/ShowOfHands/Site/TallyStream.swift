import EventLoop
import ServerSentEvents
import Synchronization
import Voting

/// Tells the audience what the ballot box says: the question, the numbers as far as they may be
/// known, and what the host wants shown.
///
/// What a stream says first ends whatever an earlier one may have shown: a page comes back after a
/// restart too, with what it showed then. So everything that can end is said also where it is not.
final class TallyStream: Sendable {
  private let audience: Audience
  private let joining: Joining
  /// Another one for every start, so that an id is never used twice. Where the ledger is shared, its
  /// own takes its place: a page that comes back to another server then tells older numbers from
  /// newer ones.
  private let ownEpoch: String
  private let clock: Mutex<@Sendable () -> Int>
  private let published = Mutex<Snapshot?>(nil)
  private let isStoring = Mutex(true)
  private let invited = Mutex<Invitation?>(nil)

  /// How often it is looked whether this machine has other addresses now.
  static let invitationInterval: Duration = .seconds(5)

  /// - Parameter now: milliseconds since 1970.
  init(
    audience: Audience, joining: Joining, startedSeconds: Int,
    now: @escaping @Sendable () -> Int = BallotBox.millisecondsSince1970
  ) {
    self.audience = audience
    self.joining = joining
    clock = Mutex(now)
    ownEpoch = String(startedSeconds, radix: 36)
  }

  /// From now on events have their time from this clock, which is the one that countdowns go by.
  func keepTime(by now: @escaping @Sendable () -> Int) { clock.withLock { $0 = now } }

  /// Called for every committed batch of votes, and for every step of the host. The round comes
  /// first: the numbers that follow are its numbers.
  func publish(_ snapshot: Snapshot) {
    let last = published.withLock { last in
      defer { last = snapshot }
      return last
    }
    if last?.version != snapshot.version { publishStep(snapshot, after: last?.room) }
    publishNumbers(snapshot)
    if let epoch = snapshot.epoch, epoch != last?.epoch { publishEpoch(epoch) }
  }

  private func publishStep(_ snapshot: Snapshot, after last: Room?) {
    let room = snapshot.room
    // Numbers that were shown wait for nobody any more.
    if snapshot.disclosed?.tally == nil { audience.withdraw("tally") }
    if last == nil || last?.publicRound != room.publicRound { publishRound(snapshot) }
    if last?.announcement != room.announcement { publishAnnouncement(snapshot) }
    if last.map(Self.stage) != Self.stage(room) { publishStage(snapshot) }
    publishInvitation()
  }

  /// While numbers are hidden, only how many have voted; nothing of the split goes out, nor waits to
  /// go out for those who come later.
  private func publishNumbers(_ snapshot: Snapshot) {
    let id = id(of: snapshot)
    guard let disclosed = snapshot.disclosed, let tally = disclosed.tally else {
      audience.update("turnout") {
        // The name is one, and digits, letters, full stops and a hyphen make an id.
        try! Event(
          #"{"voted":\#(snapshot.disclosed?.voted ?? 0)}"#, name: "turnout", id: id)
      }
      return
    }
    audience.update("tally") {
      try! Event(tally.json(for: disclosed.round.question), id: id)
    }
  }

  private func id(of snapshot: Snapshot) -> String {
    snapshot.id ?? "\(ownEpoch)-\(snapshot.sequence)"
  }

  /// Has phones send again what they voted in another epoch of a shared ledger: it may have been lost.
  private func publishEpoch(_ epoch: String) {
    audience.update("resend", atMostEvery: .zero) {
      // The name is one.
      try! Event(RoundResult.json(["epoch": epoch]), name: "resend")
    }
  }

  private func publishRound(_ snapshot: Snapshot) {
    // Who comes later has the numbers of the other kind from now on.
    if snapshot.disclosed?.tally != nil { audience.withdraw("turnout") }
    let id = id(of: snapshot)
    // At once, or its numbers would come before it.
    let now = clock.withLock { $0 }
    audience.update("round", atMostEvery: .zero) {
      try! Event(
        RoundResult.json(RoundState(snapshot.disclosed, now: now())), name: "round", id: id)
    }
  }

  private func publishAnnouncement(_ snapshot: Snapshot) {
    audience.update("say") {
      try! Event(RoundResult.json(["text": snapshot.room.announcement]), name: "say")
    }
  }

  private static func stage(_ room: Room) -> [String] {
    [room.stage.rawValue, room.shownRound.map(String.init) ?? ""]
  }

  private func publishStage(_ snapshot: Snapshot) {
    let isStoring = isStoring.withLock { $0 }
    audience.update("stage", atMostEvery: .zero) {
      try! Event(
        RoundResult.json(StageState(snapshot, isStoring: isStoring)), name: "stage")
    }
  }

  /// Has the screens say that votes cannot be stored at present, or no longer.
  func tell(isStoring: Bool) {
    let isNews = self.isStoring.withLock { last in
      defer { last = isStoring }
      return last != isStoring
    }
    if isNews, let snapshot = published.withLock({ $0 }) { publishStage(snapshot) }
  }

  /// Tells the address where it is another one than before: the host has chosen it, or this machine
  /// is in another network.
  private func publishInvitation() {
    // Inside the lock, so that the newer one is told last.
    invited.withLock { last in
      let invitation = joining.invitation(chosen: published.withLock { $0?.room.address })
      if invitation == last { return }
      last = invitation
      audience.update("join", atMostEvery: .zero) {
        try! Event(RoundResult.json(invitation), name: "join")
      }
    }
  }

  /// From now on screens are told when this machine is in another network.
  func watchAddresses(on loop: EventLoop, every interval: Duration = invitationInterval) {
    loop.execute { [weak self] in
      loop.schedule(after: interval) {
        self?.publishInvitation()
        self?.watchAddresses(on: loop, every: interval)
      }
    }
  }
}

/// What the big screens show: the event `stage`.
struct StageState: Encodable {
  let screen: String
  /// A round of the archive.
  let shown: RoundResult?
  /// `false` while votes cannot be stored; else not there.
  let storing: Bool?

  init(_ snapshot: Snapshot, isStoring: Bool = true) {
    storing = isStoring ? nil : false
    screen = snapshot.room.stage.rawValue
    shown = snapshot.shownRound.map { RoundResult($0) }
  }
}
