#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One address of one of this machine's network interfaces; an interface that has several addresses
/// comes several times.
package struct NetworkInterface: Hashable, Sendable {
  /// As the system calls it: `wlan0`, `en0`.
  package var name: String
  /// In digits, without the zone of a link-local one.
  package var address: String
  /// The bits of the address that all machines on this network share.
  package var prefixLength: Int
  package var isUp: Bool
  package var isLoopback: Bool
  /// Nobody but one machine at the other end is on it, as with a tunnel.
  package var isPointToPoint: Bool
  /// One end of a veth(4) pair. The other is on the same machine: a container's only way out, which
  /// leads into a network that is inside that machine, or to a bridge.
  package var isVeth: Bool
  /// What this machine sends to the Internet leaves here.
  package var hasDefaultRoute: Bool

  package var isIPv6: Bool { address.contains(":") }

  package init(
    name: String, address: String, prefixLength: Int, isUp: Bool = true, isLoopback: Bool = false,
    isPointToPoint: Bool = false, isVeth: Bool = false, hasDefaultRoute: Bool = false
  ) {
    self.name = name
    self.address = address
    self.prefixLength = prefixLength
    self.isUp = isUp
    self.isLoopback = isLoopback
    self.isPointToPoint = isPointToPoint
    self.isVeth = isVeth
    self.hasDefaultRoute = hasDefaultRoute
  }

  /// All of them, in the system's order; none where the system does not tell. They come and go while
  /// the program runs.
  package static func all() -> [NetworkInterface] {
    var list: UnsafeMutablePointer<ifaddrs>?
    guard unsafe getifaddrs(&list) == 0, let list = unsafe list else { return [] }
    defer { unsafe freeifaddrs(list) }
    var interfaces: [NetworkInterface] = []
    var next = unsafe Optional(list)
    while let entry = unsafe next?.pointee {
      unsafe next = entry.ifa_next
      if let interface = unsafe NetworkInterface(entry) { interfaces.append(interface) }
    }
    return markingDefaultRoutes(interfaces)
  }

  /// - Returns: `nil` for an address that is not of the Internet.
  private init?(_ entry: ifaddrs) {
    guard let pointer = unsafe entry.ifa_addr else { return nil }
    let family = unsafe Int32(pointer.pointee.sa_family)
    guard family == AF_INET || family == AF_INET6 else { return nil }
    let address = unsafe SocketAddress(copying: pointer, Platform.length(ofFamily: family))
    let mask = unsafe entry.ifa_netmask.map { unsafe Self.ones(in: $0, ofFamily: family) }
    let flags = unsafe Int32(truncatingIfNeeded: entry.ifa_flags)
    let name = unsafe String(cString: entry.ifa_name)
    self.init(
      name: name,
      address: String(address.host.prefix { $0 != "%" }),
      // Without a mask it shares nothing.
      prefixLength: mask ?? (family == AF_INET6 ? 128 : 32),
      isUp: flags & Platform.interfaceUp != 0,
      isLoopback: flags & Platform.interfaceLoopback != 0,
      isPointToPoint: flags & Platform.interfacePointToPoint != 0,
      isVeth: Self.isVeth(name))
  }

  /// The bits that a mask has set. It stands where the address does in `sockaddr_in` and
  /// `sockaddr_in6`.
  private static func ones(in mask: UnsafePointer<sockaddr>, ofFamily family: Int32) -> Int {
    let length = unsafe Platform.storedLength(of: mask, family: family)
    let bytes = unsafe UnsafeRawBufferPointer(start: mask, count: length)
    return unsafe bytes.dropFirst(family == AF_INET6 ? 8 : 4).prefix(family == AF_INET6 ? 16 : 4)
      .reduce(0) { $0 + $1.nonzeroBitCount }
  }

  // MARK: Containers

  /// As sysfs(5) has it, on Linux: what is sent here comes out of another interface, and of those that
  /// stand on another one (VLANs, for instance) only a veth says no kind.
  private static func isVeth(_ name: String) -> Bool {
    func text(_ file: String) -> String? {
      // Where nothing is known of it, it is taken for what its name says.
      guard let file = try? Descriptor(readingFrom: "/sys/class/net/\(name)/\(file)"),
        let bytes = try? file.read(upTo: 4096, at: 0)
      else { return nil }
      return String(decoding: bytes, as: UTF8.self)
    }
    guard let own = text("ifindex"), let other = text("iflink"), let event = text("uevent") else {
      return false
    }
    return own != other && !event.contains("DEVTYPE=")
  }

  // MARK: The default route

  /// An interface has it with all its addresses of the family.
  private static func markingDefaultRoutes(
    _ interfaces: [NetworkInterface]
  ) -> [NetworkInterface] {
    let sources = documentationAddresses.compactMap(sourceAddress)
    let owners = interfaces.filter { sources.contains($0.address) }
    return interfaces.map { interface in
      var interface = interface
      interface.hasDefaultRoute = owners.contains {
        $0.name == interface.name && $0.isIPv6 == interface.isIPv6
      }
      return interface
    }
  }

  /// Addresses that nobody has (RFC 5737, section 3; RFC 3849): the way there is the default route.
  private static let documentationAddresses = ["192.0.2.1", "2001:db8::1"]

  /// The address that this machine would send from; `nil` where it knows no way. Asking sends
  /// nothing: a datagram socket that is connected has only chosen.
  private static func sourceAddress(towards host: String) -> String? {
    do throws(SystemError) {
      // The discard protocol's port; any would do.
      guard let address = try SocketAddress.resolve(host: host, port: 9).first else { return nil }
      let socket = Descriptor(
        owning: try systemCall("socket") {
          Platform.makeSocket(address.family, Platform.datagramSocket, 0)
        })
      let number = socket.number
      try systemCall("connect") { unsafe address.withSockaddr { unsafe connect(number, $0, $1) } }
      return try SocketAddress(boundTo: socket).host
    } catch {
      // No route, or no such family of addresses: then none is the default.
      return nil
    }
  }
}
