import Testing

@testable import QRCode

@Suite("Vectors of the standard and of other encoders")
struct VectorTests {
  private func bits(_ text: String) -> Int { Int(text.filter { $0 != " " }, radix: 2) ?? -1 }

  @Test("alphanumeric characters are written as the standard's example has them (clause 7.4.4)")
  func alphanumeric() throws {
    var stream = BitStream()
    let version = try #require(Version.smallest(for: "AC-42", in: .alphanumeric))
    Mode(for: "AC-42").write("AC-42", version: version, to: &stream)
    #expect(stream.count == 41)
    let written = stream.bytes.reduce(0) { $0 << 8 | Int($1) } >> (8 * stream.bytes.count - 41)
    #expect(written == bits("0010 000000101 00111001110 11100111001 000010"))
  }

  @Test("codewords are filled up and corrected as a text that is published everywhere")
  func codewords() {
    let version = Version(number: 1)
    let data = Codewords.data(for: "HELLO WORLD", in: .alphanumeric, version: version)
    #expect(data == [32, 91, 11, 120, 209, 114, 220, 77, 67, 64, 236, 17, 236, 17, 236, 17])
    let code = ReedSolomon(correctionCodewords: 10)
    #expect(code.correction(for: data) == [196, 35, 39, 119, 235, 215, 231, 226, 93, 23])
  }

  @Test("the format is repaired as the standard's example has it (annex C)")
  func format() {
    #expect(FormatInformation(mask: .crosses).bits == bits("100000011001110"))
  }

  @Test("the version is repaired as the standard's example has it (annex D)")
  func version() {
    #expect(VersionInformation(version: Version(number: 7)).bits == bits("000111 110010010100"))
  }

  @Test("a symbol is, module by module, the one that another encoder makes")
  func otherEncoder() throws {
    // qrencode 4.1.1: `qrencode -l M -m 0 -t ASCII HTTP://192.168.1.20`, each module once.
    let other = """
      #######.#.###.#######
      #.....#.#...#.#.....#
      #.###.#.#...#.#.###.#
      #.###.#..##.#.#.###.#
      #.###.#.#.###.#.###.#
      #.....#..####.#.....#
      #######.#.#.#.#######
      ............#........
      #..######.#.##..#.###
      .####.......##.......
      .#.#.####.###.#.##...
      ..#.##..##.###.#..##.
      ..###.#...####..##.##
      ........#.#.#.##.##..
      #######.######.#.####
      #.....#.#....#####.##
      #.###.#.###.####.....
      #.###.#.#.....#.##...
      #.###.#..##....#..###
      #.....#..#.###...#.#.
      #######.#.#.#.#..#.#.
      """
    let code = try QRCode("HTTP://192.168.1.20")
    let rows = (0..<code.size).map { row in
      String((0..<code.size).map { code.isDark(row: row, column: $0) ? "#" : "." })
    }
    #expect(rows.joined(separator: "\n") == other)
  }
}
