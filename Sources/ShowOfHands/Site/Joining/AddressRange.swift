/// Which of the ranges with a purpose an address is of, in the order in which a room's own network
/// likely uses them.
enum AddressRange: Int {
  /// 192.168/16 (RFC 1918, section 3), which most routers give out.
  case private192
  /// 10/8.
  case private10
  /// 172.16/12; Docker's favourite.
  case private172
  /// `fc00::/7` (RFC 4193).
  case private6
  /// Every other address: the Internet's.
  case elsewhere
  /// 100.64/10 (RFC 6598): a provider's behind its own router, or Tailscale's.
  case shared
  /// 169.254/16 (RFC 3927) and `fe80::/10` (RFC 4291, section 2.5.6): of no use without a zone, or
  /// where nothing gave out addresses.
  case linkLocal

  /// - Parameter address: in digits.
  init(of address: String) {
    if address.contains(":") {
      let first = Int(address.prefix { $0 != ":" }, radix: 16) ?? 0
      self =
        switch first {
        case 0xFE80...0xFEBF: .linkLocal
        case 0xFC00...0xFDFF: .private6
        default: .elsewhere
        }
      return
    }
    let bytes = address.split(separator: ".").compactMap { UInt8($0) }
    self =
      switch (bytes.first ?? 0, bytes.dropFirst().first ?? 0) {
      case (192, 168): .private192
      case (10, _): .private10
      case (172, 16...31): .private172
      case (100, 64...127): .shared
      case (169, 254): .linkLocal
      default: .elsewhere
      }
  }
}
