import Testing

@testable import Voting

@Suite("Ballot keys")
struct BallotKeyTests {
  @Test("a key's text form is read back as the same key")
  func roundTrip() {
    for key in [
      BallotKey(number: 1, signature: 0), BallotKey(number: .max, signature: .max),
      BallotKey(number: 90_071, signature: 0x0123_4567_89ab_cdef_0f1e_2d3c_4b5a_6978),
    ] {
      #expect(BallotKey(key.description) == key)
    }
    #expect(
      BallotKey(number: 90_071, signature: 0x0123_4567_89ab_cdef_0f1e_2d3c_4b5a_6978).description
        == "90071.0123456789abcdef0f1e2d3c4b5a6978")
  }

  @Test(
    "anything but the exact text form is no key",
    arguments: [
      "", ".", "7", "7.", ".0123456789abcdef0123456789abcdef",
      "0.0123456789abcdef0123456789abcdef", "07.0123456789abcdef0123456789abcdef",
      "+7.0123456789abcdef0123456789abcdef", "-7.0123456789abcdef0123456789abcdef",
      " 7.0123456789abcdef0123456789abcdef", "7.0123456789abcdef0123456789abcdef ",
      "7.0123456789ABCDEF0123456789ABCDEF", "7.0123456789abcdef0123456789abcde",
      "7.0123456789abcdef0123456789abcdef0", "7.0123456789abcdef0123456789abcdeg",
      "9223372036854775808.0123456789abcdef0123456789abcdef",
      "99999999999999999999999999.0123456789abcdef0123456789abcdef",
      "7..0123456789abcdef0123456789abcde", "٧.0123456789abcdef0123456789abcdef", "7.\0",
    ])
  func malformed(text: String) {
    #expect(BallotKey(text) == nil)
  }

  @Test("the signature is SipHash-2-4-128 to the reference's letter")
  func referenceVector() {
    // From the reference implementation's vectors_sip128, for eight bytes 00 01 … 07.
    let hash = SipHash(key: 0x0001_0203_0405_0607_0809_0a0b_0c0d_0e0f)
    #expect(hash.hash(0x0706_0504_0302_0100) == 0x3b62_a9ba_6258_f561_0f83_e264_f314_97b4)
  }

  @Test("only the issuer of a key finds it valid, and only to the last bit")
  func signatures() {
    let issuer = KeyIssuer(secret: 1)
    let key = issuer.issue()
    #expect(issuer.isValid(key))
    #expect(!KeyIssuer(secret: 2).isValid(key))
    #expect(!issuer.isValid(BallotKey(number: key.number + 1, signature: key.signature)))
    for bit in 0..<128 {
      #expect(!issuer.isValid(BallotKey(number: key.number, signature: key.signature ^ (1 << bit))))
    }
  }

  @Test("numbers go on when a window is used up, none twice, and tell nothing of their order")
  func windows() {
    let issuer = KeyIssuer(secret: 1)
    let numbers = (1...3 * NumberWindows.size).map { _ in issuer.issueNumber() }
    #expect(Set(numbers).count == numbers.count)
    #expect(numbers.allSatisfy(NumberWindows.range.contains))
    // Each window is one place, so that a ledger writes few pages, and every place another.
    let places = Set(numbers.map { $0 / NumberWindows.size })
    #expect(places.count == 3)
    // Of numbers in random order, half are greater than the one before; a deviation of ten standard
    // deviations never happens.
    for window in 0..<3 {
      let part = numbers[window * NumberWindows.size..<(window + 1) * NumberWindows.size]
      let rises = zip(part, part.dropFirst()).count { $0 < $1 }
      #expect(abs(rises - NumberWindows.size / 2) < 10 * 19)
    }
  }

  @Test("the server's half of a receipt is a number's own, and says nothing of its signature")
  func halves() {
    let issuer = KeyIssuer(secret: 1)
    let key = issuer.issue()
    let half = issuer.serverHalf(of: key.number)
    #expect(half == issuer.serverHalf(of: key.number))
    #expect(half != KeyIssuer(secret: 2).serverHalf(of: key.number))
    #expect(half != issuer.serverHalf(of: key.number ^ 1))
    #expect(half != UInt64(truncatingIfNeeded: key.signature))
    #expect(half != UInt64(truncatingIfNeeded: key.signature >> 64))
  }
}
