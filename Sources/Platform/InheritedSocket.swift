#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension ListeningSocket {
  /// Takes over a socket that was open when the process started, and that listens already: the
  /// connections that wait in it are taken in. It is made non-blocking, and closed on exec.
  /// - Throws: `InheritedSocketError` for a descriptor that is no such socket, which stays open.
  public static func inherit(_ number: Int32) throws(InheritedSocketError) -> ListeningSocket {
    guard let type = Platform.option(number, SOL_SOCKET, SO_TYPE) else {
      throw Errno.last == .badDescriptor ? .notOpen : .noStreamSocket
    }
    guard type == Platform.streamSocket else { throw .noStreamSocket }
    let socket = Descriptor(owning: number)
    var reason = InheritedSocketError.noInternetAddress
    do throws(SystemError) {
      let address = try SocketAddress(boundTo: socket)
      if address.family == AF_INET || address.family == AF_INET6 {
        if Platform.isListening(number) {
          let flags = try systemCall("fcntl") { fcntl(number, F_GETFL) }
          try systemCall("fcntl") { fcntl(number, F_SETFL, flags | O_NONBLOCK) }
          try systemCall("fcntl") { fcntl(number, F_SETFD, FD_CLOEXEC) }
          return ListeningSocket(socket, at: address, isInherited: true)
        }
        reason = .notListening
      }
    } catch {
      reason = .system(error)
    }
    _ = socket.release()
    throw reason
  }
}

/// Why a descriptor cannot be served on.
public enum InheritedSocketError: Error, Equatable, CustomStringConvertible {
  case notOpen
  case noStreamSocket
  case notListening
  case noInternetAddress
  case system(SystemError)

  public var description: String {
    switch self {
    case .notOpen: "it is not open"
    case .noStreamSocket: "it is no stream socket"
    case .notListening: "it does not listen"
    case .noInternetAddress: "it has no Internet address"
    case .system(let error): "\(error)"
    }
  }
}
