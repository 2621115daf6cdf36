import HTTPServer

/// What somebody has typed into a form of the desk, so that a refusal does not throw it away.
struct Typed {
  /// By the names that the page has for it.
  private(set) var values: [String: String] = [:]

  /// By step: the names of its fields, each with the page's.
  private static let names = [
    "ask": [
      "question": "typed", "yes": "askYes", "no": "askNo", "abstain": "askAbstain",
      "rule": "askRule", "preset": "askPreset",
    ],
    "edit": [
      "question": "editQuestion", "yes": "editYes", "no": "editNo", "abstain": "editAbstain",
      "rule": "editRule",
    ],
    "prepare": ["questions": "prepared"],
    "say": ["text": "say"],
    "numbers": [
      "present": "present", "entitled": "entitled", "yesByHand": "yesByHand",
      "noByHand": "noByHand", "abstainByHand": "abstainByHand",
    ],
  ]

  /// Nothing.
  init() {}

  init(in request: Request) {
    // What cannot be read cannot be shown again.
    guard let step = request.encodedPath.split(separator: "/").last.map(String.init),
      let names = Self.names[step], let fields = try? DeskFields(request)
    else { return }
    for (field, name) in names {
      // Nor what stands there twice.
      if let text = try? fields.text(field) { values[name] = text }
    }
    if let isChairs = try? fields.truth("chair") {
      values["\(step)Chair"] = isChairs ? "selected" : ""
    }
    if step == "ask", (try? fields.truth("rollCall")) == true { values["askRollCall"] = "checked" }
    if step == "numbers" { values["numbersOpen"] = "open" }
    // Whoever wanted to hide the numbers must not show them with the next press.
    if step == "ask", let isHidden = try? fields.truth("hidden") {
      values["askHidden"] = isHidden ? "checked" : ""
      values["askShown"] = isHidden ? "" : "checked"
    }
  }
}
