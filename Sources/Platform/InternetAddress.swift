#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The address of a machine, without a port. An IPv4 address that came over IPv6 is the IPv4
/// address (RFC 4291, section 2.5.5.2).
public struct InternetAddress: Hashable, Sendable, CustomStringConvertible {
  /// Two halves: a request holds one of these, and a `UInt128` would align it to 16 bytes.
  private let high: UInt64
  private let low: UInt64

  /// As IPv6 has it.
  private var bits: UInt128 { UInt128(high) << 64 | UInt128(low) }

  /// `::ffff:0:0/96`.
  private static let mappedPrefix: UInt128 = 0xFFFF << 32
  private static let ipv6Bits = 128
  private static let ipv4Bits = 32

  private init(_ bits: UInt128) {
    high = UInt64(bits >> 64)
    low = UInt64(truncatingIfNeeded: bits)
  }

  /// - Parameter bytes: in network order.
  init(ipv4 bytes: some Sequence<UInt8>) {
    self.init(Self.mappedPrefix | Self.number(of: bytes))
  }

  /// - Parameter bytes: in network order.
  init(ipv6 bytes: some Sequence<UInt8>) { self.init(Self.number(of: bytes)) }

  private static func number(of bytes: some Sequence<UInt8>) -> UInt128 {
    bytes.reduce(0) { $0 << 8 | UInt128($1) }
  }

  /// Reads an address in digits, an IPv6 address without brackets and without a zone.
  public init?(_ text: some StringProtocol) {
    // A C string ends at its first zero.
    guard !text.utf8.contains(0) else { return nil }
    let text = String(text)
    var bytes = [UInt8](repeating: 0, count: Self.ipv6Bits / 8)
    if unsafe inet_pton(AF_INET, text, &bytes) == 1 {
      self.init(ipv4: bytes.prefix(Self.ipv4Bits / 8))
    } else if unsafe inet_pton(AF_INET6, text, &bytes) == 1 {
      self.init(ipv6: bytes)
    } else {
      return nil
    }
  }

  /// Nobody but this machine is behind it: 127/8 and `::1`.
  public var isLoopback: Bool {
    isIPv4 ? UInt8(truncatingIfNeeded: bits >> 24) == 127 : bits == 1
  }

  /// Whether it is an IPv4 address, also one that came over IPv6.
  public var isIPv4: Bool { bits >> Self.ipv4Bits == Self.mappedPrefix >> Self.ipv4Bits }

  /// How many bits the address has where people write it: 32 or 128.
  public var width: Int { isIPv4 ? Self.ipv4Bits : Self.ipv6Bits }

  /// Whether the first bits of both are the same, counted as for this address.
  /// - Parameters:
  ///   - count: 0 to `width`.
  ///   - other: one of another kind shares nothing.
  public func shares(first count: Int, with other: InternetAddress) -> Bool {
    guard isIPv4 == other.isIPv4 else { return false }
    return (bits ^ other.bits) >> UInt128(width - count) == 0
  }

  /// The address with zeros behind its first bits, counted as for this address.
  /// - Parameter count: 0 to `width`.
  package func prefix(_ count: Int) -> InternetAddress {
    let rest = UInt128(width - count)
    return InternetAddress((bits >> rest) << rest)
  }

  /// In digits.
  public var description: String {
    var bytes = [UInt8](repeating: 0, count: Self.ipv6Bits / 8)
    for index in bytes.indices {
      bytes[index] = UInt8(truncatingIfNeeded: bits >> UInt128(8 * (bytes.count - 1 - index)))
    }
    if isIPv4 { return bytes.suffix(Self.ipv4Bits / 8).map { "\($0)" }.joined(separator: ".") }
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    // The buffer is long enough for every address.
    _ = unsafe inet_ntop(AF_INET6, &bytes, &text, socklen_t(text.count))
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
