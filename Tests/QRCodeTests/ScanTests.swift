import TestSupport
import Testing

@testable import QRCode

/// Symbols as another program reads them. They need `zbarimg`; `REQUIRE_BROWSER=1` makes its absence
/// a failure.
@Suite(
  "Symbols that a camera reads",
  .enabled(
    if: Scanner.isInstalled || Scanner.isRequired,
    "zbarimg is not on PATH (Debian has it in zbar-tools), so no symbol was read back"))
struct ScanTests {
  private static let alphanumeric = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$%*+-./:")
  private static let others = Array("abcdefghijklmnopqrstuvwxyz;,\"\\=&?#!()")

  /// A text that fills a version to its last byte.
  private func fullText(_ version: Version, _ mode: Mode) -> String {
    var random = RepeatableGenerator(state: UInt64(version.number))
    let characters = mode == .byte ? Self.others : Self.alphanumeric
    let count = Capacity.of(version, in: mode)
    return String((0..<count).map { _ in characters.randomElement(using: &random) ?? "A" })
  }

  @Test("every version is read in both modes, filled to the last character")
  func allVersions() async throws {
    let texts = Version.all.flatMap { [fullText($0, .alphanumeric), fullText($0, .byte)] }
    let codes = try texts.map { try QRCode($0) }
    #expect(codes.map(\.version) == (1...40).flatMap { [$0, $0] })
    #expect(try await Scanner.scan(codes.map { Picture($0, scale: 3) }) == texts)
  }

  @Test("every mask is read")
  func allMasks() async throws {
    let texts = Mask.allCases.map { "HTTP://192.168.1.\($0.rawValue):3000" }
    let codes = try zip(texts, Mask.allCases).map { try QRCode($0, mask: $1) }
    #expect(try await Scanner.scan(codes.map { Picture($0, scale: 4) }) == texts)
  }

  @Test(
    "texts of every script are read",
    arguments: [
      "WIFI:T:WPA;S:Gästenetz;P:schön geheim;;", "WIFI:T:nopass;S:الشبكة;;", "https://投票.example/",
      "WIFI:T:WPA;S:Café ☕️ 👩🏽‍💻;P:a\\;b\\:c\\\\d\\,e\\\"f;;", "http://[2001:db8::1]:3000/",
    ])
  func scripts(text: String) async throws {
    #expect(try await Scanner.scan([Picture(try QRCode(text), scale: 4)]) == [text])
  }

  @Test(
    "a photo that is blurred, noisy, turned and taken from one side is read",
    arguments: [
      ("HTTP://192.168.178.120:3000", 3.7, 11), ("WIFI:T:WPA;S:Hall;P:s3cret!!;;", 4.3, -23),
    ])
  func photo(text: String, moduleWidth: Double, degrees: Double) async throws {
    let code = try QRCode(text)
    let photo = Picture.photo(of: code, moduleWidth: moduleWidth, degrees: degrees)
    #expect(try await Scanner.scan([photo]) == [text])
  }
}
