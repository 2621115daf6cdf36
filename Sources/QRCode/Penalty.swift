/// How badly a symbol scans: points for what is hard to tell apart, or looks like a finder pattern
/// (clause 7.8.3, table 11).
enum Penalty {
  /// - Parameter modules: whether each is dark, row by row.
  static func points(of modules: [Bool], size: Int) -> Int {
    var points = 0
    for line in 0..<size {
      let row = line * size..<(line + 1) * size
      let column = stride(from: line, to: size * size, by: size)
      for line in [linePoints(row, modules), linePoints(column, modules)] { points += line }
    }
    return points + blockPoints(modules, size) + balancePoints(modules)
  }

  /// For runs of five and more of one colour, and for what has a finder pattern's proportions,
  /// 1:1:3:1:1, with four light modules before or after it. The quiet zone is light.
  private static func linePoints(_ line: some Sequence<Int>, _ modules: [Bool]) -> Int {
    var points = 0
    var run = 0
    var isRunDark = false
    // The newest 15 modules, the newest one lowest: four, the seven of the pattern, four.
    var window = 0
    func isFinderLike() -> Bool {
      window >> 4 & 0b111_1111 == 0b101_1101 && (window & 0b1111 == 0 || window >> 11 == 0)
    }
    for place in line {
      let isDark = modules[place]
      run = isDark == isRunDark ? run + 1 : 1
      isRunDark = isDark
      if run == 5 { points += 3 } else if run > 5 { points += 1 }
      window = (window << 1 | (isDark ? 1 : 0)) & 0x7FFF
      if isFinderLike() { points += 40 }
    }
    for _ in 0..<4 {
      window = window << 1 & 0x7FFF
      if isFinderLike() { points += 40 }
    }
    return points
  }

  /// For every four modules in a square that are of one colour.
  private static func blockPoints(_ modules: [Bool], _ size: Int) -> Int {
    var count = 0
    for row in 0..<size - 1 {
      for place in row * size..<row * size + size - 1 {
        let isDark = modules[place]
        if modules[place + 1] == isDark && modules[place + size] == isDark
          && modules[place + size + 1] == isDark
        {
          count += 1
        }
      }
    }
    return 3 * count
  }

  /// For every full 5 % that the dark modules are away from half of all.
  private static func balancePoints(_ modules: [Bool]) -> Int {
    let dark = modules.count { $0 }
    return 10 * (abs(2 * dark - modules.count) * 10 / modules.count)
  }
}
