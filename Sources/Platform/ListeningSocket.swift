#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A socket that takes connections in.
public final class ListeningSocket: Sendable {
  package let descriptor: Descriptor
  /// As `127.0.0.1` or `::`; empty for a Unix socket.
  public let host: String
  /// 0 for a Unix socket.
  public let port: Int
  /// Where a Unix socket is; `nil` for every other.
  public let path: String?
  /// It takes connections on every interface.
  public var isOfAllInterfaces: Bool { host == "::" || host == "0.0.0.0" }
  /// Somebody else has it open too, and it outlives this process.
  public let isInherited: Bool

  /// To be removed with it.
  private let file: SocketFile?

  /// What happened to an attempt to take a connection.
  public enum Accepted: ~Copyable {
    /// One was taken: it does not block, is closed on exec, and is its owner's to close.
    case connection(Descriptor)
    /// None is waiting.
    case none
    /// The process or the system is out of descriptors or memory: try again later.
    case exhausted(SystemError)
  }

  package convenience init(
    _ descriptor: consuming Descriptor, at address: SocketAddress, isInherited: Bool = false
  ) {
    self.init(descriptor, at: address, isInherited: isInherited, file: nil)
  }

  private init(
    _ descriptor: consuming Descriptor, at address: SocketAddress, isInherited: Bool,
    file: SocketFile?
  ) {
    self.descriptor = descriptor
    host = address.host
    port = address.port
    path = address.path
    self.isInherited = isInherited
    self.file = file
  }

  deinit {
    // Before the socket is closed: see `SocketFile.remove`.
    file?.remove()
  }

  /// Starts to listen on a socket that is bound.
  convenience init(
    listeningOn socket: consuming Descriptor, file: SocketFile? = nil
  ) throws(SystemError) {
    let number = socket.number
    try systemCall("listen") { listen(number, Self.backlogMax) }
    try systemCall("fcntl") { fcntl(number, F_SETFL, O_NONBLOCK) }
    let address = try SocketAddress(boundTo: socket)
    self.init(socket, at: address, isInherited: false, file: file)
  }

  /// Opens every address the host has: both of `localhost`, all interfaces for `nil`, where one
  /// socket takes IPv6 and IPv4. Port 0 lets the system choose one for all of them. An address that
  /// this machine does not have, as `::1` where IPv6 is switched off, is passed over as long as the
  /// host has another.
  /// - Throws: `SystemError`: `.addressInUse`, `.accessDenied`, `.addressNotAvailable`;
  ///   `getaddrinfo` with `.invalidArgument` for a host that has no address; `.invalidArgument` for
  ///   a port that is not in 0...65535.
  public static func open(host: String?, port: Int) throws(SystemError) -> [ListeningSocket] {
    guard SocketAddress.ports.contains(port) else {
      throw SystemError(call: "bind", errno: .invalidArgument)
    }
    guard let host else {
      do {
        return [try open(SocketAddress(any: AF_INET6, port: port))]
      } catch {
        guard error.isNoSuchAddress else { throw error }
        return [try open(SocketAddress(any: AF_INET, port: port))]
      }
    }
    var sockets: [ListeningSocket] = []
    var missing: SystemError?
    for address in try SocketAddress.resolve(host: host, port: port) {
      let address = address.with(port: sockets.first?.port ?? port)
      do throws(SystemError) {
        sockets.append(try open(address))
      } catch {
        guard error.isNoSuchAddress else { throw error }
        missing = missing ?? error
      }
    }
    if sockets.isEmpty, let missing { throw missing }
    return sockets
  }

  private static func open(_ address: SocketAddress) throws(SystemError) -> ListeningSocket {
    let socket = Descriptor(
      owning: try systemCall("socket") {
        Platform.makeSocket(address.family, Platform.streamSocket, 0)
      })
    Platform.setOption(socket.number, SOL_SOCKET, SO_REUSEADDR, 1)
    if address.family == AF_INET6 {
      Platform.setOption(socket.number, Platform.ipv6, IPV6_V6ONLY, address.isAny ? 0 : 1)
    }
    try systemCall("bind") { unsafe address.withSockaddr { unsafe bind(socket.number, $0, $1) } }
    return try ListeningSocket(listeningOn: socket)
  }

  /// Connections the kernel holds for us until they are taken; it has a lower limit of its own.
  private static let backlogMax: Int32 = 4096

  /// Takes the next connection, without waiting. One that was reset while it waited is passed over.
  /// - Throws: `SystemError` as `accept(2)` has it, but for shortages.
  public func accept() throws(SystemError) -> Accepted {
    while true {
      do throws(SystemError) {
        switch try attempt("accept", { Platform.accept(descriptor.number) }) {
        case .wouldBlock: return .none
        case .done(let number): return .connection(Descriptor(owning: number))
        }
      } catch {
        switch error.errno {
        case .tooManyOpenFiles, .tooManyOpenFilesInSystem, .noBufferSpace, .noMemory:
          return .exhausted(error)
        // accept(2): pending network errors of the new connection come out here.
        case .connectionAborted, .protocolError, .networkDown, .hostUnreachable,
          .networkUnreachable, .timedOut, .notPermitted:
          continue
        default: throw error
        }
      }
    }
  }

  /// Refuses new connections from now on; the socket itself closes with its last reference. In an
  /// inherited socket they wait for the next process that takes it over.
  public func shutDown() {
    // While it listens: nobody takes the file for one that was left.
    file?.remove()
    if !isInherited { _ = shutdown(descriptor.number, Int32(SHUT_RDWR)) }
  }
}
