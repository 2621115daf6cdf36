// QRCode: a text as the modules of a QR Code symbol (ISO/IEC 18004:2015), and these as a picture.
//
// `Mode` writes the text as bits, `Version` knows how many fit and how they are split into blocks,
// `Codewords` fills them up and `ReedSolomon` adds what repairs them. `ModuleGrid` draws the
// patterns that cameras look for and lays the bits between them; `Mask` and `Penalty` choose what is
// turned over so that the symbol scans well. `QRCode+SVG` and `QRCode+Terminal` show it.
//
// Clauses, tables and annexes that comments name are those of the standard.

/// A QR Code symbol: a square of dark and light modules that says a text.
///
/// The error correction level is M: 15 % of the symbol may be lost to glare or to a head in front.
/// The version, which is the size, is the smallest that holds the text.
public struct QRCode: Sendable, Equatable {
  /// 1 to 40.
  public let version: Int
  /// The modules along each side, without the quiet zone: 21 to 177.
  public let size: Int
  /// Which of the eight masks is laid over the data (table 10): 0 to 7.
  let mask: Int
  /// Whether each module is dark, row by row.
  private let modules: [Bool]

  /// The light modules that a symbol needs on each side to be found (clause 6.3.8).
  public static let quietZone = 4

  /// Encodes a text: in alphanumeric mode where that holds all of it, else its bytes in UTF-8.
  ///
  /// - Throws: `QRCodeError.tooLong` for more than 3,391 alphanumeric characters, or 2,331 bytes; 2,330
  ///   where they are not all ASCII.
  public init(_ text: String) throws(QRCodeError) {
    try self.init(text, mask: nil)
  }

  /// - Parameter mask: what the standard would choose, where it is `nil`.
  init(_ text: String, mask chosen: Mask?) throws(QRCodeError) {
    let mode = Mode(for: text)
    guard let version = Version.smallest(for: text, in: mode) else {
      throw .tooLong(bytes: text.utf8.count)
    }
    var grid = ModuleGrid(version: version)
    grid.place(Codewords.final(for: text, in: mode, version: version))
    let mask = chosen ?? grid.bestMask()
    grid.apply(mask)
    self.version = version.number
    self.mask = mask.rawValue
    size = version.size
    modules = grid.modules
  }

  /// Whether a module is dark; those around the symbol, in its quiet zone and beyond, are not.
  public func isDark(row: Int, column: Int) -> Bool {
    (0..<size).contains(row) && (0..<size).contains(column) && modules[row * size + column]
  }
}

/// Why a text has no symbol.
public enum QRCodeError: Error, Equatable {
  /// It is longer than the largest symbol.
  case tooLong(bytes: Int)
}
