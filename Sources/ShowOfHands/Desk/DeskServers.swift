import Templates
import Voting

/// The servers that share the ledger, behind “More” on the desk. With scripts,
/// `Public/desk-servers.js` brings them up to date.
struct DeskServers: Sendable {
  private let card: LocalizedTemplate
  private let entry: LocalizedTemplate

  /// - Parameters:
  ///   - folder: where the templates are, one for the card and one for a server.
  ///   - languages: those that the page is in.
  /// - Throws: `TemplateError` for a file that is missing or has a mistake.
  init(folder: String, languages: Languages) throws(TemplateError) {
    card = try LocalizedTemplate(
      contentsOf: "\(folder)/desk-servers.html", names: ["servers", "withoutRelaxed"],
      in: languages)
    entry = try LocalizedTemplate(
      contentsOf: "\(folder)/desk-server.html", names: ["name", "counts"], in: languages)
  }

  /// - Returns: nothing where one server has the ledger alone.
  func html(_ state: DeskState, in words: Words) -> String {
    guard state.surroundings.instances != nil else { return "" }
    let servers = state.instances.flatMap { instance in
      entry.render(
        ["name": instance.name, "counts": Self.counts(of: instance, words)], in: words)
    }
    let values = [
      "servers": String(decoding: servers, as: UTF8.self),
      "withoutRelaxed": state.surroundings.isRelaxed ? "" : "hidden",
    ]
    return String(decoding: card.render(values, in: words), as: UTF8.self)
  }

  private static func counts(of instance: Instance, _ words: Words) -> String {
    words.text(
      .serverCounts,
      [
        "phones": instance.phones.grouped,
        "screens": max(0, instance.screens - instance.phones).grouped,
        "milliseconds": instance.lagMilliseconds.grouped,
      ])
  }
}
