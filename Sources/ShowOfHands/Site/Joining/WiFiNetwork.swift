/// The Wi-Fi that phones need before they can reach the voting page.
struct WiFiNetwork: Hashable, Sendable {
  /// Its SSID.
  let name: String
  /// `nil` is an open network.
  let password: String?

  /// What is wrong with a value of `--wifi`, as the end of the sentence "it …".
  enum Problem: String, Error {
    case noName = #"must start with the network's name, as in NAME:PASSWORD; \: is a colon in it"#
    case longName =
      #"has a name of more than 32 bytes; write NAME:PASSWORD, and \: for a colon in the name"#
    case noPassword = "has nothing behind the colon; an open network is its name alone"
    case longPassword = "has a password of more than 64 bytes"
    case controlCharacter = "must not hold line breaks or other control characters"
  }

  /// As many bytes as an SSID has at most (IEEE 802.11, section 9.4.2.2).
  private static let maxNameBytes = 32
  /// A passphrase has up to 63 characters, and a key that is written out 64 digits.
  private static let maxPasswordBytes = 64

  /// Reads `NAME:PASSWORD`, or `NAME` for an open network. In the name `\:` is a colon, and `\\` a
  /// backslash; whatever follows the first other colon is the password as it is.
  init(_ text: String) throws(Problem) {
    var name = ""
    var rest = text.unicodeScalars[...]
    while let scalar = rest.first, scalar != ":" {
      rest.removeFirst()
      let escaped =
        scalar == "\\" ? rest.first.flatMap { #":\"#.unicodeScalars.contains($0) ? $0 : nil } : nil
      if escaped != nil { rest.removeFirst() }
      name.unicodeScalars.append(escaped ?? scalar)
    }
    // At the colon, or at the end where there is none.
    let password = rest.popFirst().map { _ in String(rest) }
    try self.init(name: name, password: password)
  }

  private init(name: String, password: String?) throws(Problem) {
    if name.isEmpty { throw .noName }
    if name.utf8.count > Self.maxNameBytes { throw .longName }
    if password?.isEmpty == true { throw .noPassword }
    if let password, password.utf8.count > Self.maxPasswordBytes { throw .longPassword }
    let hasControl = (name + (password ?? "")).unicodeScalars.contains {
      $0.properties.generalCategory == .control
    }
    if hasControl { throw .controlCharacter }
    self.name = name
    self.password = password
  }

  /// What a phone's camera takes for an offer to join, in the form that ZXing defined and all of them
  /// read.
  var codeText: String {
    let security = password.map { "T:WPA;S:\(Self.escaped(name));P:\(Self.escaped($0))" }
    return "WIFI:\(security ?? "T:nopass;S:\(Self.escaped(name))");;"
  }

  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { escaped, character in
      if #"\;,:""#.contains(character) { escaped += #"\"# }
      escaped.append(character)
    }
  }
}
