/// The digits of what people read and type, receipts and codes: no 0 and O, no 1, I and L, which are
/// taken for each other.
enum ReadableDigits {
  /// In the order of their bytes, the lowest first.
  static let all = Array("23456789ABCDEFGHJKMNPQRSTUVWXYZ".utf8)

  /// What a digit stands for, in a small letter or a capital; `nil` for what is no digit.
  static func value(of byte: UInt8) -> Int? {
    let isSmall = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    return all.firstIndex(of: isSmall ? byte & 0xDF : byte)
  }

  /// So many digits, the most significant first.
  static func text(of number: UInt64, count: Int) -> String {
    unsafe String(unsafeUninitializedCapacity: count) { bytes in
      var rest = number
      for index in (0..<count).reversed() {
        unsafe bytes[index] = all[Int(rest % UInt64(all.count))]
        rest /= UInt64(all.count)
      }
      return count
    }
  }
}
