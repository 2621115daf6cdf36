import Foundation
import QRCode
import TestSupport
import Testing

/// A decoder that knows nothing of this encoder: ZBar's `zbarimg`.
enum Scanner {
  static let isInstalled = Program.isInstalled("zbarimg")
  static let isRequired = ProcessInfo.processInfo.environment["REQUIRE_BROWSER"] == "1"

  /// What each picture says, in their order; a picture that says nothing is left out.
  static func scan(_ pictures: [Picture]) async throws -> [String] {
    let folder = try TemporaryFolder()
    let names = pictures.indices.map { "\(folder.path)/\($0).pgm" }
    for (name, picture) in zip(names, pictures) { try picture.write(to: name) }
    // It complains where there is no message bus to send what it reads to.
    let command = #"exec zbarimg --quiet --raw -Sdisable -Sqrcode.enable "$@" 2>/dev/null"#
    let scanner = try Program(["sh", "-c", command, "sh"] + names)
    let output = try await scanner.finish().output
    return output.split(separator: "\n").map(String.init)
  }
}

/// A picture in shades of grey.
struct Picture {
  let width: Int
  let height: Int
  /// From 0, which is black, to 255, row by row.
  let shades: [UInt8]

  /// A symbol with its quiet zone, each module so many pixels wide.
  init(_ code: QRCode, scale: Int) {
    let side = (code.size + 2 * QRCode.quietZone) * scale
    (width, height) = (side, side)
    shades = (0..<side * side).map { place in
      let row = place / side / scale - QRCode.quietZone
      let column = place % side / scale - QRCode.quietZone
      return code.isDark(row: row, column: column) ? 0 : 255
    }
  }

  init(width: Int, height: Int, shades: [UInt8]) {
    (self.width, self.height, self.shades) = (width, height, shades)
  }

  /// As a portable grey map.
  func write(to path: String) throws {
    let head = Array("P5\n\(width) \(height)\n255\n".utf8)
    try Data(head + shades).write(to: URL(filePath: path))
  }
}

extension Picture {
  /// A symbol as a phone at the back of the room sees it: at an angle, from one side, blurred, noisy,
  /// in uneven light and on a dark wall.
  ///
  /// - Parameters:
  ///   - moduleWidth: in pixels, near the middle.
  ///   - degrees: by how much the phone is turned.
  static func photo(of code: QRCode, moduleWidth: Double, degrees: Double) -> Picture {
    let symbolSide = Double(code.size + 2 * QRCode.quietZone)
    let side = Int(symbolSide * moduleWidth * 1.6)
    let (sine, cosine) = (sin(degrees * .pi / 180), cos(degrees * .pi / 180))
    var noise = RepeatableGenerator(state: 0x5EED)
    /// How bright the wall and the symbol on it are at a pixel.
    func brightness(_ x: Double, _ y: Double) -> Double {
      let (right, down) = (x - Double(side) / 2, y - Double(side) / 2)
      // What is further to the right is further away.
      let distance = (1 + 0.15 * right / Double(side)) / moduleWidth
      let column = (right * cosine + down * sine) * distance + symbolSide / 2
      let row = (down * cosine - right * sine) * distance + symbolSide / 2
      guard (0..<symbolSide).contains(column), (0..<symbolSide).contains(row) else { return 90 }
      let isDark = code.isDark(
        row: Int(row) - QRCode.quietZone, column: Int(column) - QRCode.quietZone)
      return (isDark ? 40 : 200) + 40 * (x + y) / Double(2 * side) - 20
    }
    let shades = (0..<side * side).map { place in
      // Nine points in and around the pixel are its blur.
      let (x, y) = (Double(place % side), Double(place / side))
      let near = [-0.8, 0, 0.8]
      let sum = near.flatMap { down in near.map { brightness(x + $0, y + down) } }.reduce(0, +)
      let grain = Double.random(in: -18...18, using: &noise)
      return UInt8(min(max(sum / 9 + grain, 0), 255))
    }
    return Picture(width: side, height: side, shades: shades)
  }
}

/// The same numbers each time: a test that fails is to fail again.
struct RepeatableGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    // SplitMix64.
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
