import QRCode
import Templates
import Voting

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The cards with codes, to be printed and cut: HTML that needs nothing beside it. It is made in pieces,
/// so that many codes take no more memory than a few.
struct CodeSheet: Sendable {
  /// Two beside each other.
  static let cardsPerPage = 12

  private let sheet: LocalizedTemplate
  private let card: LocalizedTemplate
  private let style: String

  /// - Parameter folder: where the templates are.
  /// - Throws: `TemplateError` for a file that is missing or has a mistake.
  init(folder: String, languages: Languages) throws(TemplateError) {
    sheet = try LocalizedTemplate(
      contentsOf: "\(folder)/codes-sheet.html", names: ["style", "pages"], in: languages)
    card = try LocalizedTemplate(
      contentsOf: "\(folder)/codes-sheet-card.html", names: ["picture", "address", "code"],
      in: languages)
    let style = try LocalizedTemplate(
      contentsOf: "\(folder)/codes-sheet.css", names: [], in: languages)
    self.style = String(decoding: style.render([:], in: languages.room), as: UTF8.self)
  }

  /// - Parameters:
  ///   - address: where people vote; ends with a slash.
  ///   - write: called with one piece after the other.
  func write<Failure: Error>(
    _ codes: [VotingCode], at address: String, in words: Words,
    _ write: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    let (head, foot) = frame(in: words)
    try write(head)
    for page in Self.pages(of: codes) { try write(html(page, at: address, in: words)) }
    try write(foot)
  }

  /// All of it. A page of cards takes some milliseconds: between two of them, others have their turn.
  func html(_ codes: [VotingCode], at address: String, in words: Words) async -> [UInt8] {
    var (html, foot) = frame(in: words)
    for page in Self.pages(of: codes) {
      html += self.html(page, at: address, in: words)
      await Task.yield()
    }
    return html + foot
  }

  private static func pages(of codes: [VotingCode]) -> some Sequence<ArraySlice<VotingCode>> {
    stride(from: 0, to: codes.count, by: cardsPerPage).lazy.map {
      codes[$0...].prefix(cardsPerPage)
    }
  }

  /// What stands before the pages, and what behind them.
  private func frame(in words: Words) -> (head: [UInt8], foot: [UInt8]) {
    let mark: UInt8 = 1
    let parts = sheet.render(["style": style, "pages": "\u{1}"], in: words)
      .split(separator: mark, maxSplits: 1)
    return (Array(parts[0]), Array(parts[1]))
  }

  private func html(
    _ page: ArraySlice<VotingCode>, at address: String, in words: Words
  ) -> [UInt8] {
    let cards = page.flatMap { card.render(Self.values(of: $0, at: address), in: words) }
    return [UInt8](#"<div class="page">"#.utf8) + cards + [UInt8]("</div>\n".utf8)
  }

  private static func values(of code: VotingCode, at address: String) -> [String: String] {
    // An address that is too long for a picture is typed.
    let picture = try? QRCode(codeText(of: code, at: address))
    return [
      "picture": picture?.svg ?? "", "address": JoinAddress.shownText(of: address),
      "code": code.grouped,
    ]
  }

  /// What the picture on a card says. In capitals, as far as they mean the same, and a code does.
  static func codeText(of code: VotingCode, at address: String) -> String {
    let text = JoinAddress.codeText(of: address)
    return text + (text.hasSuffix("/") ? "" : "/") + "C/\(code)"
  }
}
