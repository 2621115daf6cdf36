#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where a connection leads, without a port.
public enum PeerAddress: Hashable, Sendable, CustomStringConvertible {
  /// A machine, this one or another.
  case internet(InternetAddress)
  /// A program on this machine, through a Unix socket.
  case unix

  /// `nil` for a socket that has no peer.
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
    let family = Int32(storage.ss_family)
    let address: InternetAddress? = unsafe withUnsafeBytes(of: storage) { storage in
      switch family {
      case AF_INET: InternetAddress(ipv4: unsafe Array(storage[4..<8]))
      case AF_INET6: InternetAddress(ipv6: unsafe Array(storage[8..<24]))
      default: nil
      }
    }
    if let address {
      self = .internet(address)
    } else if family == AF_UNIX {
      self = .unix
    } else {
      return nil
    }
  }

  /// It is a program on this machine.
  public var isThisMachine: Bool {
    switch self {
    case .internet(let address): address.isLoopback
    case .unix: true
    }
  }

  /// In digits; `unix`.
  public var description: String {
    switch self {
    case .internet(let address): address.description
    case .unix: "unix"
    }
  }
}

extension Descriptor {
  /// Where a connected socket leads; `nil` for none.
  public func peerAddress() -> PeerAddress? { PeerAddress(of: self) }
}
