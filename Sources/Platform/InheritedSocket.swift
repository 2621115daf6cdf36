#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension ListeningSocket {
  /// Takes over a socket that was open when the process started, and that listens already: the
  /// connections that wait in it are taken in. It is made non-blocking, and closed on exec.
  /// - Throws: `InheritedSocketError` for a descriptor that is not such a socket, which stays open.
  public static func inherit(_ number: Int32) throws(InheritedSocketError) -> ListeningSocket {
    guard let type = Platform.option(number, SOL_SOCKET, SO_TYPE) else {
      throw Errno.last == .badDescriptor ? .notOpen : .notStreamSocket
    }
    guard type == Platform.streamSocket else { throw .notStreamSocket }
    let socket = Descriptor(owning: number)
    var reason = InheritedSocketError.noPlace
    do throws(SystemError) {
      let address = try SocketAddress(boundTo: socket)
      if address.family == AF_INET || address.family == AF_INET6 || address.path != nil {
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
  /// Nothing is open under the number.
  case notOpen
  /// It is a file, a pipe, or a socket for datagrams.
  case notStreamSocket
  /// Nobody has called `listen(2)` on it: it may be a connection.
  case notListening
  /// A Unix socket without a path, for example.
  case noPlace
  /// The operating system refuses.
  case system(SystemError)

  public var description: String {
    switch self {
    case .notOpen: "it is not open"
    case .notStreamSocket: "it is not a stream socket"
    case .notListening: "it does not listen"
    case .noPlace: "it has neither an Internet address nor a path"
    case .system(let error): "\(error)"
    }
  }
}
