/// The square of modules while it is drawn.
struct ModuleGrid {
  let version: Version
  let size: Int
  /// Whether each module is dark, row by row.
  private(set) var modules: [Bool]
  /// Whether each belongs to a pattern, or to the format: neither data nor a mask goes there.
  private var isFunction: [Bool]

  /// Draws the function patterns (clause 6.3), and keeps the format's place.
  init(version: Version) {
    self.version = version
    size = version.size
    modules = Array(repeating: false, count: size * size)
    isFunction = modules
    drawTimingPatterns()
    drawFinderPatterns()
    drawAlignmentPatterns()
    draw(FormatInformation(mask: .columnsAndRows))
    if version.hasVersionInformation { drawVersionInformation() }
  }

  private func index(_ row: Int, _ column: Int) -> Int { row * size + column }

  private mutating func setFunction(_ row: Int, _ column: Int, isDark: Bool) {
    modules[index(row, column)] = isDark
    isFunction[index(row, column)] = true
  }

  // MARK: Function patterns

  /// Modules that alternate, in the seventh row and column (clause 6.3.5).
  private mutating func drawTimingPatterns() {
    for place in 0..<size {
      setFunction(6, place, isDark: place.isMultiple(of: 2))
      setFunction(place, 6, isDark: place.isMultiple(of: 2))
    }
  }

  /// Squares in squares, in three corners, each with a light separator (clauses 6.3.3, 6.3.4).
  private mutating func drawFinderPatterns() {
    for (row, column) in [(3, 3), (3, size - 4), (size - 4, 3)] {
      drawSquares(row, column, radius: 4) { $0 != 2 && $0 != 4 }
    }
  }

  /// Smaller ones all over, but where finder patterns are (clause 6.3.6).
  private mutating func drawAlignmentPatterns() {
    let centres = version.alignmentCentres
    guard let first = centres.first, let last = centres.last else { return }
    for row in centres {
      for column in centres {
        let isInCorner = [(first, first), (first, last), (last, first)].contains {
          $0 == (row, column)
        }
        if !isInCorner { drawSquares(row, column, radius: 2) { $0 != 1 } }
      }
    }
  }

  /// - Parameter isDark: by the distance from the centre.
  private mutating func drawSquares(
    _ row: Int, _ column: Int, radius: Int, isDark: (Int) -> Bool
  ) {
    for down in -radius...radius {
      for across in -radius...radius {
        let (row, column) = (row + down, column + across)
        guard (0..<size).contains(row), (0..<size).contains(column) else { continue }
        setFunction(row, column, isDark: isDark(max(abs(down), abs(across))))
      }
    }
  }

  /// Twice: around the finder pattern in the top left corner, and split between the other two
  /// (figure 25). The module above the bottom left one is always dark.
  private mutating func draw(_ format: FormatInformation) {
    for place in 0..<15 {
      let isDark = format.bits >> place & 1 == 1
      // From the least significant bit; the timing patterns are stepped over.
      let down = place < 6 ? place : place < 8 ? place + 1 : size - 15 + place
      setFunction(down, 8, isDark: isDark)
      let across = place < 8 ? size - 1 - place : place == 8 ? 7 : 14 - place
      setFunction(8, across, isDark: isDark)
    }
    setFunction(size - 8, 8, isDark: true)
  }

  /// Twice: beside the finder patterns in the top right and in the bottom left corner (clause 7.10).
  private mutating func drawVersionInformation() {
    let bits = VersionInformation(version: version).bits
    for place in 0..<18 {
      let isDark = bits >> place & 1 == 1
      let (along, beside) = (place / 3, size - 11 + place % 3)
      setFunction(along, beside, isDark: isDark)
      setFunction(beside, along, isDark: isDark)
    }
  }

  // MARK: Data

  /// Lays the bits, the highest of each codeword first, into pairs of columns, from the right to the
  /// left, upwards and downwards in turn (clause 7.7.3). What remains is light.
  mutating func place(_ codewords: [UInt8]) {
    var place = 0
    var isUpwards = true
    // The timing pattern's column belongs to no pair.
    let rightColumns = stride(from: size - 1, to: 6, by: -2) + stride(from: 5, to: 0, by: -2)
    for right in rightColumns {
      for step in 0..<size {
        let row = isUpwards ? size - 1 - step : step
        for column in [right, right - 1] where !isFunction[index(row, column)] {
          guard place < codewords.count * 8 else { return }
          let bit = codewords[place / 8] >> UInt8(7 - place % 8) & 1
          modules[index(row, column)] = bit == 1
          place += 1
        }
      }
      isUpwards.toggle()
    }
  }

  // MARK: Masks

  /// Turns over the data where the mask is dark, and says in the format which one it was.
  mutating func apply(_ mask: Mask) {
    for row in 0..<size {
      for column in 0..<size where !isFunction[index(row, column)] {
        if mask.isDark(row: row, column: column) { modules[index(row, column)].toggle() }
      }
    }
    draw(FormatInformation(mask: mask))
  }

  /// The mask with the lowest penalty (clause 7.8.3), and of equals the first. None is applied.
  func bestMask() -> Mask {
    let penalties = Mask.allCases.map { mask in
      var masked = self
      masked.apply(mask)
      return (mask: mask, penalty: Penalty.points(of: masked.modules, size: size))
    }
    // There are eight masks.
    return penalties.min { $0.penalty < $1.penalty }?.mask ?? .columnsAndRows
  }
}

private func + (one: StrideTo<Int>, other: StrideTo<Int>) -> [Int] { Array(one) + Array(other) }
