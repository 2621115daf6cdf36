import Testing

@testable import QRCode

@Suite("The pictures of a symbol")
struct PictureTests {
  @Test("an SVG has the modules and four light ones around them, in black on white")
  func svg() throws {
    let code = try QRCode("HTTP://192.168.1.20")
    let svg = code.svg
    #expect(svg.hasPrefix(#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 29 29" "#))
    #expect(svg.contains(#"shape-rendering="crispEdges""#))
    #expect(svg.contains(##"<rect width="29" height="29" fill="#fff"/>"##))
    #expect(svg.contains(##"<path fill="#000" d="M4 4h7v1H4M"##))
    #expect(!svg.contains("style"))
    var drawn = Set<[Int]>()
    for run in svg.matches(of: /M(\d+) (\d+)h(\d+)v1H(\d+)/) {
      let (column, row) = (try #require(Int(run.1)), try #require(Int(run.2)))
      let length = try #require(Int(run.3))
      #expect(run.1 == run.4)
      for place in column..<column + length {
        #expect(drawn.insert([row - 4, place - 4]).inserted)
      }
    }
    for row in -4..<25 {
      for column in -4..<25 {
        #expect(code.isDark(row: row, column: column) == drawn.contains([row, column]))
      }
    }
  }

  @Test("a terminal's text has two modules in a character, and its own colours in every line")
  func terminal() throws {
    let code = try QRCode("HTTP://192.168.1.20")
    let colours = "\u{1B}[38;5;16;48;5;231m"
    let lines = code.terminalText.split(separator: "\n")
    #expect(code.terminalColumns == 29)
    #expect(lines.count == 15)
    for (line, text) in lines.enumerated() {
      let row = 2 * line - 4
      #expect(text.hasPrefix(colours) && text.hasSuffix("\u{1B}[0m"))
      let characters = Array(text.dropFirst(colours.count).dropLast(4))
      #expect(characters.count == 29)
      for (place, character) in characters.enumerated() {
        let isUpperDark = character == "▀" || character == "█"
        let isLowerDark = character == "▄" || character == "█"
        #expect(code.isDark(row: row, column: place - 4) == isUpperDark)
        #expect(code.isDark(row: row + 1, column: place - 4) == isLowerDark)
      }
    }
  }
}

@Suite("The choice of a mask")
struct MaskTests {
  @Test("runs, blocks, what looks like a finder and imbalance cost what table 11 says")
  func penalty() {
    // All light: 21 rows and 21 columns of one run, 400 blocks, all of 50 % out of balance.
    let light = [Bool](repeating: false, count: 21 * 21)
    #expect(Penalty.points(of: light, size: 21) == 42 * (3 + 16) + 400 * 3 + 100)
    // A finder's proportions in the middle of one row: in its own row and in no other.
    var finder = light
    for (place, isDark) in [true, false, true, true, true, false, true].enumerated() {
      finder[10 * 21 + 7 + place] = isDark
    }
    let row = 2 * (3 + 2) + 40
    let columns = 16 * (3 + 16) + 5 * 2 * (3 + 5)
    let blocks = 400 - 2 * 8
    let balance = 10 * ((441 - 2 * 5) * 10 / 441)
    #expect(
      Penalty.points(of: finder, size: 21) == 20 * 19 + row + columns + blocks * 3 + balance)
  }

  @Test("the mask that is taken has the lowest penalty of all")
  func best() throws {
    for text in ["HTTP://192.168.1.20", "https://vote.example/poll/", "Wi-Fi"] {
      let chosen = try QRCode(text)
      let penalties = try Mask.allCases.map { mask in
        let code = try QRCode(text, mask: mask)
        let modules = (0..<code.size * code.size).map {
          code.isDark(row: $0 / code.size, column: $0 % code.size)
        }
        return Penalty.points(of: modules, size: code.size)
      }
      #expect(penalties[chosen.mask] == penalties.min())
    }
  }
}
