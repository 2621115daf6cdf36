import Voting

/// What the results page shows: the round or an earlier one, how to join, or nothing.
/// `Public/result.js` shows the same when it changes.
struct BigScreen {
  let snapshot: Snapshot
  let invitation: Invitation
  /// The event streams that are open.
  var connected = 0
  /// Those among them of voters.
  var phones = 0
  var layout = Layout.page
  /// In the reader's language.
  let words: Words
  /// In milliseconds since 1970.
  var now = BallotBox.millisecondsSince1970()

  /// How the page stands on what is behind it.
  enum Layout: String {
    case page = ""
    /// Transparent, bars and turnout alone, for a video mixer or a slide.
    case overlay
    case overlayLeft = "overlay left"
    case overlayRight = "overlay right"
  }

  static let names: Set = [
    "view", "overlay", "overlayStyle", "say", "phaseWords", "bound", "word", "earlier", "withoutNo",
    "withoutAbstain",
    "yesCount", "noCount", "abstainCount", "yesPercent", "noPercent", "voted", "connected",
    "phones", "joinURL", "joinAddress", "withoutWifi", "wifiCode", "wifiName",
  ]

  /// By the names that the template has for it.
  var values: [String: String] {
    // A hidden round shows how many have voted, and nothing of how.
    let tally = shown?.tally ?? Tally()
    let percentages = Percentages(tally)
    var values = RoundWords(shown, waiting: .join, now: now, words).values
    values["view"] = view
    values["overlay"] = layout.rawValue
    values["overlayStyle"] =
      layout == .page ? "" : #"<link rel="stylesheet" href="overlay.css">"#
    values["say"] = snapshot.room.announcement
    values["phaseWords"] = phaseWords
    values["bound"] = FingerprintWords(shown, in: words).html
    values["word"] = word
    values["earlier"] = earlier == nil ? "" : "true"
    values["withoutNo"] = shown?.round.question.isRollCall == true ? "hidden" : ""
    values["withoutAbstain"] = shown?.round.question.label(of: .abstain) == nil ? "hidden" : ""
    values["yesCount"] = tally.yes.grouped
    values["noCount"] = tally.no.grouped
    values["abstainCount"] = tally.abstain.grouped
    values["yesPercent"] = percentages.yes
    values["noPercent"] = percentages.no
    values["voted"] = (shown?.voted ?? 0).grouped
    values["connected"] = connected.grouped
    values["phones"] = phones.grouped
    values["joinURL"] = invitation.url
    values["joinAddress"] = invitation.shownText
    values["withoutWifi"] = invitation.wifiName == nil ? "hidden" : ""
    values["wifiCode"] =
      invitation.wifiName == nil ? "" : #"<img class="code" src="wifi.svg" alt="">"#
    values["wifiName"] = invitation.wifiName ?? ""
    return values
  }

  /// The archived round that the host shows now.
  private var earlier: DisclosedRound? {
    snapshot.room.stage == .result ? snapshot.shownRound : nil
  }

  private var shown: DisclosedRound? { earlier ?? snapshot.disclosed }

  /// The one part of the page that is to be seen.
  private var view: String {
    // Over a video there is no place for joining.
    let stage = layout != .page && snapshot.room.stage == .join ? .result : snapshot.room.stage
    if stage != .result { return stage.rawValue }
    guard let shown else { return Stage.join.rawValue }
    return shown.tally == nil ? "turnout" : "numbers"
  }

  private var phaseWords: String {
    if earlier != nil { return words[.screenEarlier] }
    return switch shown?.round.phase {
    case .open: words[.screenOpen]
    case .closed: words[.screenClosed]
    case .revealed: words[.screenRevealed]
    case nil: ""
    }
  }

  private var word: String {
    guard let shown, shown.tally == nil else { return "" }
    return words[shown.round.isOpen ? .screenLater : .screenOver]
  }
}
