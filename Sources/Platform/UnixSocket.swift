import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension ListeningSocket {
  /// Its owner may connect, and its group, which a proxy can be in.
  private static let permissions: mode_t = 0o660

  /// Opens a Unix socket at a path. What a server left there that was killed is replaced; the file
  /// goes with `shutDown`, or with the socket.
  /// - Throws: `UnixSocketError`; what is at the path then stays as it is.
  public static func open(path: String) throws(UnixSocketError) -> ListeningSocket {
    guard let address = SocketAddress(path: path) else { throw .badPath }
    let outcome: Result<ListeningSocket, UnixSocketError>
    do throws(SystemError) {
      outcome = try open(path, address)
    } catch {
      throw .system(error)
    }
    return try outcome.get()
  }

  private static func open(
    _ path: String, _ address: SocketAddress
  ) throws(SystemError) -> Result<ListeningSocket, UnixSocketError> {
    // A socket that does not listen yet looks like one that was left: of two servers that start at
    // once, one looks when the other is done.
    guard let lock = try FileLock.take("\(path).lock") else { return .failure(.inUse) }
    defer { withExtendedLifetime(lock) {} }
    switch try occupant(of: path, address) {
    case .nobody: break
    case .deadServer: PrivateFile.remove(path)
    case .liveServer: return .failure(.inUse)
    case .somethingElse: return .failure(.notSocket)
    }
    let socket = Descriptor(
      owning: try systemCall("socket") {
        Platform.makeSocket(AF_UNIX, Platform.streamSocket, 0)
      })
    try systemCall("bind") { unsafe address.withSockaddr { unsafe bind(socket.number, $0, $1) } }
    let file = try SocketFile(path)
    try systemCall("chmod") { unsafe chmod(path, permissions) }
    return .success(try ListeningSocket(listeningOn: socket, file: file))
  }

  private enum Occupant {
    case nobody
    case deadServer
    case liveServer
    case somethingElse
  }

  private static func occupant(
    of path: String, _ address: SocketAddress
  ) throws(SystemError) -> Occupant {
    do throws(SystemError) {
      guard try FileStatus(at: path).kind == .socket else { return .somethingElse }
      try Descriptor(connectingTo: address).finishConnecting()
      return .liveServer
    } catch {
      switch error.errno {
      case .noSuchFile: return .nobody
      case .connectionRefused: return .deadServer
      // So many wait for it that there is no place for one more.
      case .wouldBlock: return .liveServer
      // It is for datagrams.
      case .wrongSocketType: return .somethingElse
      default: throw error
      }
    }
  }
}

/// Why a Unix socket cannot be opened.
public enum UnixSocketError: Error, Equatable {
  /// It is empty, longer than `SocketAddress.maxPathBytes`, or has a zero in it.
  case badPath
  /// A server listens there, or is about to.
  case inUse
  /// Something else is there.
  case notSocket
  /// The operating system refuses: `.accessDenied`, or `.noSuchFile` where there is no folder for
  /// it.
  case system(SystemError)
}

/// The file of a Unix socket that this process has made. Its socket removes it before it closes.
final class SocketFile: Sendable {
  let path: String
  private let status: FileStatus
  private let isRemoved = Mutex(false)

  /// - Throws: `SystemError` as `lstat(2)` has it.
  init(_ path: String) throws(SystemError) {
    self.path = path
    status = try FileStatus(at: path)
  }

  /// Removes it, once, where it is still the one that was made: whoever deleted it may have put
  /// another there. Its number is not given to another file while the socket is open.
  func remove() {
    isRemoved.withLock { isRemoved in
      // What cannot be looked at is as good as gone.
      if !isRemoved, let present = try? FileStatus(at: path), present.isSameFile(as: status) {
        _ = unsafe unlink(path)
      }
      isRemoved = true
    }
  }
}
