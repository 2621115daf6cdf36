/// What data is turned over by, so that nothing in it looks like a pattern (table 10).
///
/// The raw value is the standard's reference number.
enum Mask: Int, CaseIterable {
  case columnsAndRows
  case rows
  case everyThirdColumn
  case diagonals
  case bricks
  case crosses
  case diamonds
  case shiftedDiamonds

  /// Whether it turns over the module there. Rows and columns count from 0.
  func isDark(row: Int, column: Int) -> Bool {
    switch self {
    case .columnsAndRows: (row + column) % 2 == 0
    case .rows: row % 2 == 0
    case .everyThirdColumn: column % 3 == 0
    case .diagonals: (row + column) % 3 == 0
    case .bricks: (row / 2 + column / 3) % 2 == 0
    case .crosses: row * column % 2 + row * column % 3 == 0
    case .diamonds: (row * column % 2 + row * column % 3) % 2 == 0
    case .shiftedDiamonds: ((row + column) % 2 + row * column % 3) % 2 == 0
    }
  }
}
