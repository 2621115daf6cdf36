import Testing

@testable import QRCode

@Suite("What each version holds")
struct TableTests {
  @Test("each version has the codewords of the standard's table 7")
  func dataCodewords() {
    let table = [
      16, 28, 44, 64, 86, 108, 124, 154, 182, 216, 254, 290, 334, 365, 415, 453, 507, 563, 627, 669,
      714, 782, 860, 914, 1000, 1062, 1128, 1193, 1267, 1373, 1455, 1541, 1631, 1725, 1812, 1914,
      1992, 2102, 2216, 2334,
    ]
    #expect(Version.all.map(\.dataCodewords) == table)
  }

  @Test(
    "alignment patterns are where the standard's annex E has them",
    arguments: [
      (1, []), (2, [6, 18]), (7, [6, 22, 38]), (14, [6, 26, 46, 66]), (15, [6, 26, 48, 70]),
      (16, [6, 26, 50, 74]), (22, [6, 26, 50, 74, 98]), (24, [6, 28, 54, 80, 106]),
      (30, [6, 26, 52, 78, 104, 130]), (32, [6, 34, 60, 86, 112, 138]),
      (36, [6, 24, 50, 76, 102, 128, 154]), (39, [6, 26, 54, 82, 110, 138, 166]),
      (40, [6, 30, 58, 86, 114, 142, 170]),
    ])
  func alignment(version: Int, centres: [Int]) {
    #expect(Version(number: version).alignmentCentres == centres)
  }

  @Test("every version is filled to the last character before the next one is taken")
  func capacities() throws {
    for version in Version.all {
      for (mode, character) in [(Mode.alphanumeric, "A"), (.byte, "a")] {
        let text = String(repeating: character, count: Capacity.of(version, in: mode))
        #expect(Mode(for: text) == mode)
        #expect(Version.smallest(for: text, in: mode)?.number == version.number)
        let next = Version.smallest(for: text + character, in: mode)?.number
        #expect(next == (version.number < 40 ? version.number + 1 : nil))
      }
    }
  }

  @Test("the largest symbol holds 3,391 alphanumeric characters or 2,331 bytes, and no more")
  func largest() throws {
    #expect(try QRCode(String(repeating: "A", count: 3_391)).version == 40)
    #expect(try QRCode(String(repeating: "a", count: 2_331)).version == 40)
    #expect(throws: QRCodeError.tooLong(bytes: 3_392)) {
      try QRCode(String(repeating: "A", count: 3_392))
    }
    #expect(throws: QRCodeError.tooLong(bytes: 2_332)) {
      try QRCode(String(repeating: "a", count: 2_332))
    }
    #expect(try QRCode(String(repeating: "é", count: 1_165)).version == 40)
    #expect(throws: QRCodeError.tooLong(bytes: 2_332)) {
      try QRCode(String(repeating: "é", count: 1_166))
    }
  }

  @Test("an address in capitals takes a smaller symbol", arguments: [("HTTP", 1), ("http", 2)])
  func capitals(scheme: String, version: Int) throws {
    #expect(try QRCode("\(scheme)://192.168.1.20").version == version)
  }

  @Test("nothing at all is a symbol too")
  func empty() throws {
    #expect(try QRCode("").version == 1)
  }
}

/// How many characters of one byte a version holds.
enum Capacity {
  static func of(_ version: Version, in mode: Mode) -> Int {
    let bits = version.dataCodewords * 8
    let counts = 0...bits
    return counts.last { mode.bitCount(bytes: $0, version: version) <= bits } ?? 0
  }
}
