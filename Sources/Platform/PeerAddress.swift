#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The Internet address of a connection's other end, without its port.
public struct PeerAddress: Sendable, CustomStringConvertible {
  private let bytes: InlineArray<16, UInt8>
  private let isIPv6: Bool

  /// `nil` for a socket that has no peer, or whose peer has no Internet address.
  init?(of socket: borrowing Descriptor) {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let number = socket.number
    let failure = unsafe withUnsafeMutablePointer(to: &storage) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getpeername(number, $0, &length)
      }
    }
    guard failure == 0 else { return nil }
    // An IPv4 address stands behind the port in `sockaddr_in`; an IPv6 address behind four bytes
    // more in `sockaddr_in6`.
    let offset: Int
    switch Int32(storage.ss_family) {
    case AF_INET: (offset, isIPv6) = (4, false)
    case AF_INET6: (offset, isIPv6) = (8, true)
    default: return nil
    }
    bytes = unsafe withUnsafeBytes(of: storage) { storage in
      InlineArray { unsafe storage[offset + $0] }
    }
  }

  /// In digits; an IPv4 address that came over IPv6 (RFC 4291, section 2.5.5.2) as what it is.
  public var description: String {
    let isMapped =
      isIPv6 && (0..<10).allSatisfy { bytes[$0] == 0 } && bytes[10] == 255 && bytes[11] == 255
    if !isIPv6 || isMapped {
      let start = isMapped ? 12 : 0
      return (start..<start + 4).map { String(bytes[$0]) }.joined(separator: ".")
    }
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    var address = bytes
    // The buffer is long enough for every address.
    _ = unsafe inet_ntop(AF_INET6, &address, &text, socklen_t(text.count))
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

extension Descriptor {
  /// Where a connected socket leads; `nil` for none, and for a socket of this machine's own kind.
  public func peerAddress() -> PeerAddress? { PeerAddress(of: self) }
}
