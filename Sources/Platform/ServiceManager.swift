#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The service manager that started this process and wants to be told how it goes: a datagram socket
/// of this machine (sd_notify(3)). Any thread may tell it; telling never waits.
package final class ServiceManager: Sendable {
  private let address: SocketAddress
  private let socket: Descriptor

  /// - Parameter place: as `NOTIFY_SOCKET` has it: an absolute path, or `@` and a name that is in no
  ///   file system (unix(7), "abstract").
  /// - Throws: `SystemError`: `.nameTooLong` for a place longer than an address can be,
  ///   `.addressFamilyNotSupported` for one of another kind, and as `socket(2)` has it.
  package init(at place: String) throws(SystemError) {
    address = try Self.address(of: place)
    socket = Descriptor(
      owning: try systemCall("socket") { Platform.makeSocket(AF_UNIX, Platform.datagramSocket, 0) })
  }

  /// Sends assignments, a line each: `READY=1`.
  /// - Returns: whether it took them; `false` where it has too much to read already.
  /// - Throws: `SystemError` as `sendto(2)` has it, such as `.noSuchFile` where it has gone.
  package func tell(_ lines: String) throws(SystemError) -> Bool {
    let bytes = Array(lines.utf8)
    // The socket itself may block, so that it needs no setting up.
    let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
    let sent = try attempt("sendto") {
      unsafe bytes.withUnsafeBytes { bytes in
        unsafe address.withSockaddr {
          Int32(unsafe sendto(socket.number, bytes.baseAddress, bytes.count, flags, $0, $1))
        }
      }
    }
    switch sent {
    case .done: return true
    case .wouldBlock: return false
    }
  }

  static func address(of place: String) throws(SystemError) -> SocketAddress {
    guard place.hasPrefix("/") || place.hasPrefix("@") else {
      throw SystemError(call: "sendto", errno: .addressFamilyNotSupported)
    }
    // A path ends with a zero. A name starts with one, and ends where the address does.
    let bytes = place.hasPrefix("/") ? Array(place.utf8) + [0] : [0] + place.utf8.dropFirst()
    guard bytes.count <= MemoryLayout.size(ofValue: sockaddr_un().sun_path) else {
      throw SystemError(call: "sendto", errno: .nameTooLong)
    }
    var storage = sockaddr_storage()
    storage.ss_family = sa_family_t(AF_UNIX)
    // Behind the family, in `sockaddr_un`.
    let offset = 2
    let length = socklen_t(offset + bytes.count)
    Platform.setLength(&storage, length)
    return unsafe withUnsafeMutableBytes(of: &storage) { storage in
      unsafe UnsafeMutableRawBufferPointer(rebasing: storage[offset...]).copyBytes(from: bytes)
      return unsafe storage.withMemoryRebound(to: sockaddr.self) {
        unsafe SocketAddress(copying: $0.baseAddress!, length)
      }
    }
  }
}
