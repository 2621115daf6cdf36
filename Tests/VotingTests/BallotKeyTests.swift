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
  func signatures() throws {
    let issuer = KeyIssuer(secret: 1, numbers: 1..<10)
    let key = try #require(issuer.issue())
    #expect(issuer.isValid(key))
    #expect(!KeyIssuer(secret: 2, numbers: 1..<10).isValid(key))
    #expect(!issuer.isValid(BallotKey(number: key.number + 1, signature: key.signature)))
    for bit in 0..<128 {
      #expect(!issuer.isValid(BallotKey(number: key.number, signature: key.signature ^ (1 << bit))))
    }
  }

  @Test("numbers end with the reserved ones and go on when more are reserved, none twice")
  func reservation() throws {
    let issuer = KeyIssuer(secret: 1, numbers: 1..<4)
    #expect((1...3).map { _ in issuer.issue()?.number } == [1, 2, 3])
    #expect(issuer.issue() == nil)
    let end = try #require(issuer.reservationTarget)
    #expect(end >= 4 + KeyIssuer.block)
    issuer.reserved(below: end)
    #expect(issuer.reservationTarget == nil)
    #expect(try #require(issuer.issue()).number > 3)
  }
}
