import Platform
import Valkey
import Voting

extension Options {
  static let all: [Option] = [
    Option(
      name: "--port", value: "N",
      help: "the port, 0 to 65535; 0 lets the system choose; default: 3000",
      hasPlainVariable: true
    ) { $0.port.set($1, in: 0...65535) },
    Option(
      name: "--host", value: "NAME",
      help: "the name or address to listen on; default: all interfaces, IPv4 and IPv6",
      oldVariable: "HOST", isOldValueOurs: isAddressToListenOn
    ) { $0.host.set($1) },
    Option(
      name: "--listen", value: "unix:PATH",
      help: "a Unix socket for a proxy, in place of the port; with --port too, beside it"
    ) { options, value in
      let path = value.dropFirst("unix:".count)
      options.listen = String(path)
      guard value.hasPrefix("unix:"), !path.isEmpty else {
        return "must be unix: and the path of a socket"
      }
      let max = SocketAddress.maxPathBytes
      return path.utf8.count > max ? "must have a path of at most \(max) bytes" : nil
    },
    Option(
      name: "--public-url", value: "URL",
      help: "the address people use where a proxy is in front, such as https://vote.example/poll/"
    ) { options, value in
      options.publicURL = PublicURL(value)
      return options.publicURL == nil
        ? "must be http:// or https:// with a host, and perhaps a port and a path" : nil
    },
    Option(
      name: "--trusted-proxy", value: "ADDRESS[/BITS],...",
      help:
        "whose X-Forwarded-For the request log and the limit on wrong codes believe; unix: --listen"
    ) { options, value in
      let proxies = TrustedProxies(value)
      options.trustedProxies = proxies ?? TrustedProxies()
      return proxies == nil
        ? "must be addresses such as 127.0.0.1, 10.0.0.0/8 and fd00::/8, or unix, with commas" : nil
    },
    Option(
      name: "--wifi", value: "NAME:PASSWORD",
      help:
        #"the Wi-Fi that phones join, shown with its code; NAME alone is open, \: a colon in it"#,
      isSecret: true
    ) { $0.wifi.set($1) },
    Option(
      name: "--language", value: "CODE",
      help: "the language of all pages: en, de, fr, es or ar; default: as each browser asks"
    ) { $0.language.set($1) },
    Option(
      name: "--database", value: "FILE",
      help: "where votes are kept; :memory: keeps nothing; default: \(database)",
      oldVariable: "DATABASE"
    ) { $0.database.set($1) },
    Option(
      name: "--store", value: "URL",
      help: "a Valkey or Redis that servers share, in place of the database: valkey://host:6379",
      isSecret: true
    ) { options, value in
      do throws(ValkeyURLError) {
        options.store = try ValkeyURL(value)
        return nil
      } catch {
        return "is not right: \(error)"
      }
    },
    Option(
      name: "--store-durability", value: "strict|relaxed",
      help: "whether a store that may lose its last second is refused; default: strict"
    ) { $0.storeDurability.set($1) },
    Option(
      name: "--question", value: "TEXT",
      help: "what the room is asked, up to 500 bytes; default: what the database asked last",
      oldVariable: "QUESTION"
    ) { $0.question.set(text: $1) },
    Option(
      name: "--yes", value: "TEXT", help: "the label for yes, up to 500 bytes; default: Yes",
      oldVariable: "YES"
    ) { $0.yesLabel.set(text: $1) },
    Option(
      name: "--no", value: "TEXT", help: "the label for no, up to 500 bytes; default: No",
      oldVariable: "NO"
    ) { $0.noLabel.set(text: $1) },
    Option(
      name: "--abstain", value: "TEXT",
      help: "a third answer, for those who abstain, up to 500 bytes; default: none, or Abstain"
    ) { $0.abstainLabel.set(text: $1) },
    Option(
      name: "--preset", value: "quick|talk|formal",
      help:
        "yes or no, shown live; hidden until the end; hidden, and one can abstain; default: quick"
    ) { $0.preset.set($1) },
    Option(
      name: "--rule", value: "NAME",
      help:
        "when a vote passes: \(Rule.allCases.map(\.rawValue).joined(separator: ", ")); default: the preset's"
    ) { options, value in
      var rule = Rule.none
      defer { options.rule = rule }
      return rule.set(value)
    },
    Option(
      name: "--questions", value: "FILE",
      help:
        "what is asked one after the other: a line each, question | yes | no | abstain; - is standard input"
    ) { $0.questions.set($1) },
    Option(
      name: "--presenter-key", value: "KEY",
      help: "opens the desk, 16 characters or more; default: the database's own. ps shows it"
    ) { options, value in
      options.presenterKey = value
      return DeskKey.problem(in: value)
    },
    Option(
      name: "--desk", value: "everywhere|local",
      help: "who may present: whoever has the key, or only on this machine; default: everywhere"
    ) { $0.desk.set($1) },
    Option(
      name: "--ballots", value: "one|codes|many",
      help:
        "one ballot per browser, one per code (see codes --help), or every press a new vote; default: one",
      oldVariable: "BALLOTS"
    ) { $0.ballots.set($1) },
    Option(
      name: "--receipts", value: "on|off",
      help: "whether voters can find their ballots in a published list; default: on"
    ) { $0.receipts.set($1) },
    Option(
      name: "--root", value: "FOLDER",
      help: "where Public/ and Views/ are; default: here, else above the program",
      oldVariable: "ROOT", isOldValueOurs: Root.isRoot
    ) { $0.root.set($1) },
    Option(
      name: "--loops", value: "N",
      help: "event loops, 1 to 64; default: one per core, at most \(maxDefaultLoops)"
    ) { $0.loops.set($1, in: 1...64) },
    Option(
      name: "--updates-per-second", value: "N",
      help: "tallies that a screen is sent at most, 1 to 1000; default: 20",
      oldVariable: "UPDATES_PER_SECOND"
    ) { $0.updatesPerSecond.set($1, in: 1...1000) },
    Option(
      name: "--log", value: "faults|requests",
      help: "starts, stops and faults, or a line per request too; default: faults",
      oldVariable: "LOG"
    ) { $0.log.set($1) },
  ]

  /// Shells and package managers keep the machine's name in `HOST`, and hosting services `0.0.0.0`.
  /// An address, though, or `localhost` was set to keep others out.
  private static func isAddressToListenOn(_ value: String) -> Bool {
    if value == "0.0.0.0" || value == "::" { return false }
    let isIPv4 = value.allSatisfy { $0.isASCII && $0.isNumber || $0 == "." }
    return value == "localhost" || isIPv4 || value.contains(":")
  }
}

// MARK: Values; each returns what is wrong

extension Int {
  fileprivate mutating func set(_ text: String, in range: ClosedRange<Int>) -> String? {
    guard let value = Int(text), range.contains(value) else {
      return "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
    }
    self = value
    return nil
  }
}

extension String {
  fileprivate mutating func set(_ value: String) -> String? {
    self = value
    return value.isEmpty ? "must not be empty" : nil
  }
}

extension String? {
  fileprivate mutating func set(_ value: String) -> String? {
    self = value
    return value.isEmpty ? "must not be empty" : nil
  }

  /// A text people will read.
  fileprivate mutating func set(text value: String) -> String? {
    self = value
    return DisplayText.problem(in: value).map { "\($0)" }
  }
}

extension WiFiNetwork? {
  fileprivate mutating func set(_ value: String) -> String? {
    do throws(WiFiNetwork.Problem) {
      self = try WiFiNetwork(value)
      return nil
    } catch {
      return error.rawValue
    }
  }
}

extension RawRepresentable where RawValue == String, Self: CaseIterable {
  fileprivate mutating func set(_ text: String) -> String? {
    guard let value = Self(rawValue: text) else {
      return "must be " + Self.allCases.map(\.rawValue).joined(separator: " or ")
    }
    self = value
    return nil
  }
}
