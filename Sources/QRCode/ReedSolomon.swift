/// The code that repairs a block (clause 7.5.2): polynomials over the field of 256 elements.
struct ReedSolomon {
  /// Of the generator polynomial (annex A), without the highest, which is 1; highest first.
  private let generator: [UInt8]

  /// - Parameter correctionCodewords: how many are added to a block; half as many can be repaired.
  init(correctionCodewords: Int) {
    // The product of (x - 2⁰), (x - 2¹), … . In this field minus is plus.
    var polynomial: [UInt8] = [1]
    for power in 0..<correctionCodewords {
      let root = Field.power(power)
      let shifted = polynomial + [0]
      let multiplied = [0] + polynomial.map { Field.product($0, root) }
      polynomial = zip(shifted, multiplied).map { $0 ^ $1 }
    }
    generator = Array(polynomial.dropFirst())
  }

  /// What is left when the data, as a polynomial, is divided by the generator.
  func correction(for data: some Sequence<UInt8>) -> [UInt8] {
    var remainder = [UInt8](repeating: 0, count: generator.count)
    for byte in data {
      let factor = byte ^ remainder[0]
      for place in generator.indices {
        let next = place + 1 < remainder.count ? remainder[place + 1] : 0
        remainder[place] = next ^ Field.product(generator[place], factor)
      }
    }
    return remainder
  }

  /// The 256 elements, as polynomials of bits modulo x⁸ + x⁴ + x³ + x² + 1.
  private enum Field {
    private static let modulus = 0b1_0001_1101

    /// 2 to the power of each exponent: all elements but zero, in the order of their logarithms.
    private static let powers: [UInt8] = {
      var powers: [UInt8] = []
      var value = 1
      for _ in 0..<255 {
        powers.append(UInt8(value))
        value <<= 1
        if value > 255 { value ^= modulus }
      }
      return powers
    }()

    private static let logarithms: [Int] = {
      var logarithms = [Int](repeating: 0, count: 256)
      for (exponent, value) in powers.enumerated() { logarithms[Int(value)] = exponent }
      return logarithms
    }()

    static func power(_ exponent: Int) -> UInt8 { powers[exponent % 255] }

    static func product(_ one: UInt8, _ other: UInt8) -> UInt8 {
      if one == 0 || other == 0 { return 0 }
      return power(logarithms[Int(one)] + logarithms[Int(other)])
    }
  }
}
