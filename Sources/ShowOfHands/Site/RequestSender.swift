import HTTPServer

/// Who sent a request, and what for: a browser's window, a page in it, a program, or a robot that
/// only wants to know what is behind a link.
///
/// Holds the fields, because it looks at many of them for every vote: taken from the request each
/// time, they would be retained and released each time.
struct RequestSender {
  private let fields: Fields

  init(of request: borrowing Request) { fields = request.fields }

  /// Whether a person will look at the response, in a browser's window.
  var isNavigation: Bool {
    if let mode = fields[.fetchMode] { return mode == "navigate" }
    return accepts { $0 == "text/html" }
  }

  /// Whether a browser sent it. They all say which languages their reader wants, and so do Node and
  /// Deno, with a `*`. A page elsewhere may set that too, but not the browser's name beside it.
  var isByBrowser: Bool {
    if let language = fields[.acceptLanguage] {
      if language != "*" || fields[.userAgent]?.hasPrefix("Mozilla/") == true { return true }
    }
    return isNavigation || asksForPart
  }

  /// Whether it is for a part of a page and not for a page: a picture, a sound, a film, a font, a
  /// style sheet.
  var asksForPart: Bool {
    let isPart = accepts { type in
      ["image/", "video/", "audio/", "font/", "text/css"].contains { type.hasPrefix($0) }
    }
    return isPart && !accepts { $0 == "text/html" }
  }

  /// Whether a browser loads it before anybody asks for it (Fetch Metadata, section 2.1; WHATWG
  /// Fetch, section 3.6.1), or shows it in small beside others, as Safari does.
  var isFetchedAhead: Bool {
    FieldName.purposes.contains { name in
      guard let purpose = fields[name]?.lowercased() else { return false }
      return ["prefetch", "prerender", "preview"].contains { purpose.contains($0) }
    }
  }

  /// Whether a robot sent it, such as those that messengers preview links with.
  var isByRobot: Bool { fields[.userAgent].map(LinkRobot.isName) ?? false }

  /// Whether `Accept` has a type that fits, in small letters and without parameters.
  private func accepts(_ fits: (String) -> Bool) -> Bool {
    guard let accept = fields[.accept], accept != "*/*" else { return false }
    return accept.split(separator: ",").contains { range in
      fits(range.prefix { $0 != ";" }.trimmingSpaces.lowercased())
    }
  }
}

extension Request {
  /// See `RequestSender`.
  var isNavigation: Bool { RequestSender(of: self).isNavigation }
}

/// The names of robots that follow links.
enum LinkRobot {
  /// - Parameter name: a `User-Agent` field.
  static func isName(_ name: String) -> Bool {
    // Asked for every vote, and so in bytes.
    let name = name.utf8.map(\.lowercasedLetter)
    return markBytes.contains { name.contains($0) } || hasWordInBot(name)
  }

  private static let markBytes = marks.map { [UInt8]($0.utf8) }

  /// Parts of names that no browser for people has. Signal calls itself WhatsApp, iMessage
  /// Facebook's robot, and Teams Skype's.
  private static let marks = [
    "whatsapp/", "externalhit", "externalagent", "externalfetcher", "preview", "crawler", "spider",
    "inspectiontool", "slack-imgproxy", "embedly", "iframely", "vkshare", "mastodon/", "slurp",
    "ms-office", "read-aloud", "googleother", "cardyb",
    // Where to read about the robot: no browser has an address in its name.
    "+http",
  ]

  /// `Slackbot 1.0`, `TelegramBot (…)`, `Googlebot/2.1`; not a phone of the make Cubot.
  private static func hasWordInBot(_ name: [UInt8]) -> Bool {
    let bot = [UInt8]("bot".utf8)
    let cubot = [UInt8]("cubot".utf8)
    return name.indices.dropLast(bot.count - 1).contains { start in
      let end = start + bot.count
      guard name[start..<end].elementsEqual(bot), end == name.count || !name[end].isLetter
      else { return false }
      let before = name[..<end].suffix(cubot.count + 1)
      return !before.suffix(cubot.count).elementsEqual(cubot)
        || before.count > cubot.count && before[before.startIndex].isLetter
    }
  }
}

extension UInt8 {
  /// An ASCII capital as its small letter, every other byte as it is.
  fileprivate var lowercasedLetter: UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
  }

  fileprivate var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
}

extension [UInt8] {
  fileprivate func contains(_ part: [UInt8]) -> Bool {
    guard let first = part.first, count >= part.count else { return false }
    return (0...count - part.count).contains { start in
      self[start] == first && self[start..<start + part.count].elementsEqual(part)
    }
  }
}

extension StringProtocol {
  /// Without the spaces and tabs at both ends (OWS: RFC 9110, section 5.6.3).
  var trimmingSpaces: String {
    let scalars = unicodeScalars
    let isSpace = { (scalar: Unicode.Scalar) in scalar == " " || scalar == "\t" }
    guard let start = scalars.firstIndex(where: { !isSpace($0) }),
      let last = scalars.lastIndex(where: { !isSpace($0) })
    else { return "" }
    return String(self[start..<scalars.index(after: last)])
  }
}

extension FieldName {
  fileprivate static let acceptLanguage: FieldName = "Accept-Language"
  fileprivate static let userAgent: FieldName = "User-Agent"
  fileprivate static let fetchMode: FieldName = "Sec-Fetch-Mode"
  fileprivate static let purposes: [FieldName] = ["Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"]
}
