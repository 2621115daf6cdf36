#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The addresses of this machine.
package enum LocalAddresses {
  /// The IPv4 addresses others on the same network reach this machine at, without loopback.
  /// Phones are sent to these: nobody types an IPv6 address from a projector.
  package static func ipv4() -> [String] {
    var list: UnsafeMutablePointer<ifaddrs>?
    guard getifaddrs(&list) == 0, let list else { return [] }
    defer { freeifaddrs(list) }
    var hosts: [String] = []
    for entry in sequence(first: list, next: { $0.pointee.ifa_next }) {
      let flags = Int32(truncatingIfNeeded: entry.pointee.ifa_flags)
      guard let address = entry.pointee.ifa_addr, Int32(address.pointee.sa_family) == AF_INET,
        flags & Platform.interfaceUp != 0, flags & Platform.interfaceLoopback == 0
      else { continue }
      hosts.append(SocketAddress(copying: address, Platform.length(ofFamily: AF_INET)).host)
    }
    return hosts
  }
}
