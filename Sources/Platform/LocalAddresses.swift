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
    guard unsafe getifaddrs(&list) == 0, let list = unsafe list else { return [] }
    defer { unsafe freeifaddrs(list) }
    var hosts: [String] = []
    var next = unsafe Optional(list)
    while let entry = unsafe next?.pointee {
      unsafe next = entry.ifa_next
      let flags = unsafe Int32(truncatingIfNeeded: entry.ifa_flags)
      guard let address = unsafe entry.ifa_addr,
        unsafe Int32(address.pointee.sa_family) == AF_INET,
        flags & Platform.interfaceUp != 0, flags & Platform.interfaceLoopback == 0
      else { continue }
      unsafe hosts.append(SocketAddress(copying: address, Platform.length(ofFamily: AF_INET)).host)
    }
    return hosts
  }
}
