extension Options {
  /// One option: what it is called on the command line and in the environment, and what it sets.
  struct Option: Sendable {
    let name: String
    /// What the value looks like.
    let value: String
    let help: String
    /// Whether the environment may call it by its name alone, as hosting services do with `PORT`.
    var hasPlainVariable = false
    /// What the variable was called before it got its prefix, where it would be missed.
    var oldVariable: String?
    /// Whether a value under the old name was meant for this program.
    var isOldValueOurs: @Sendable (String) -> Bool = { _ in true }
    /// Whether the value is not to be shown to whoever looks on.
    var isSecret = false
    /// Returns what is wrong with the value, as the end of the sentence "it …".
    let apply: @Sendable (inout Options, String) -> String?

    var usage: String { "\(name) \(value)" }
    var variable: String { "SHOWOFHANDS_\(plainVariable)" }
    /// All that are read; the first that is set counts.
    var variables: [String] { hasPlainVariable ? [variable, plainVariable] : [variable] }

    private var plainVariable: String {
      name.dropFirst(2).uppercased().replacing("-", with: "_")
    }

    func set(_ options: inout Options, _ value: String, as source: String) throws(UsageError) {
      guard let problem = apply(&options, value) else { return }
      let shown = isSecret ? "used" : "'\(printable(value))'"
      throw UsageError("\(source) cannot be \(shown): it \(problem).")
    }

    /// Whether the value was meant for this program and would change something.
    func isMeant(_ value: String, _ options: Options) -> Bool {
      var changed = options
      return apply(&changed, value) == nil && isOldValueOurs(value)
    }
  }
}
