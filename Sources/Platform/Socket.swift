#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

// What is done with a connected, non-blocking socket.
extension Descriptor {
  /// Begins to connect to an address, and does not wait for it: once the socket is writable, or
  /// gone, `finishConnecting` says what came of it.
  /// - Throws: `SystemError` as `socket(2)` and `connect(2)` have it, when it fails at once.
  public init(connectingTo address: SocketAddress) throws(SystemError) {
    try self.init(connectingTo: address, from: nil)
  }

  /// The same, from one of this machine's addresses. The system has some 28,000 ports for connections
  /// from one address to another.
  /// - Parameter source: with port 0; `nil` is what the system chooses.
  /// - Throws: also as `bind(2)` has it.
  package init(
    connectingTo address: SocketAddress, from source: SocketAddress?
  ) throws(SystemError) {
    let socket = Descriptor(
      owning: try systemCall("socket") {
        Platform.makeSocket(address.family, Platform.streamSocket, 0)
      })
    let number = socket.number
    try systemCall("fcntl") { fcntl(number, F_SETFL, O_NONBLOCK) }
    if let source {
      Platform.chooseNoPortYet(number)
      try systemCall("bind") { unsafe source.withSockaddr { unsafe bind(number, $0, $1) } }
    }
    // A signal does not stop it either: it goes on without us.
    if unsafe address.withSockaddr({ unsafe connect(number, $0, $1) }) != 0 {
      let errno = Errno.last
      if errno != .inProgress, errno != .interrupted {
        throw SystemError(call: "connect", errno: errno)
      }
    }
    self.init(owning: socket.release())
  }

  /// Says what came of connecting, once the socket is writable.
  /// - Throws: `SystemError` when the connection did not come about (`ECONNREFUSED`, `ETIMEDOUT`).
  public func finishConnecting() throws(SystemError) {
    var failure: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    try systemCall("getsockopt") {
      unsafe getsockopt(number, SOL_SOCKET, SO_ERROR, &failure, &size)
    }
    if failure != 0 { throw SystemError(call: "connect", errno: Errno(failure)) }
  }

  /// Sets up a connection that was just taken in: no Nagle delay (RFC 896), dead peers found.
  ///
  /// - Parameter patience: how long sent bytes may stay unacknowledged, and an idle peer silent to
  ///   keep-alive probes, before the connection is given up.
  public func configureConnection(patience: Duration) {
    let seconds = Int32(clamping: patience.components.seconds)
    Platform.setOption(number, Platform.tcp, TCP_NODELAY, 1)
    Platform.setKeepAlive(
      number, idleSeconds: max(1, seconds / 2), intervalSeconds: max(1, seconds / 6))
    Platform.setUserTimeout(number, milliseconds: seconds.multipliedReportingOverflow(by: 1000).0)
  }

  /// How much the kernel takes and keeps for a peer that does not read; it rounds and doubles as it
  /// sees fit. Without a limit it adapts, up to megabytes.
  public func limitSendBuffer(bytes: Int) {
    Platform.setOption(number, SOL_SOCKET, SO_SNDBUF, Int32(clamping: bytes))
  }

  /// Takes what has arrived, as much as fits; 0 is the end of what the peer sends.
  /// - Returns: `nil` when nothing has arrived.
  /// - Throws: `SystemError` when the connection is over (`ECONNRESET`, `ETIMEDOUT`).
  public func receive(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int? {
    switch try attempt("read", { unsafe Platform.receive(number, buffer) }) {
    case .done(let count): count
    case .wouldBlock: nil
    }
  }

  /// Gives bytes to the kernel, as many as it takes.
  /// - Returns: how many; 0 when the socket is full.
  /// - Throws: `SystemError` when the connection is over (`EPIPE`, `ECONNRESET`).
  public func send(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> Int {
    try unsafe SocketNumber(of: self).send(bytes)
  }

  /// Says that nothing more will be sent, after what was sent.
  public func finishSending() {
    // It fails when the peer has gone, and then there is nobody to tell.
    _ = shutdown(number, Int32(SHUT_WR))
  }

  /// The number, for finding an owner's state by it. It stays owned here.
  public var key: Int32 { number }
}

/// The number of a socket whose owner is elsewhere, for sending to one after the other of very many:
/// the owners are objects all over memory. Whoever keeps it sees to it that the owner is there, or it
/// is the number of another socket.
package struct SocketNumber: Sendable {
  package let key: Int32

  package init(of socket: borrowing Descriptor) { key = socket.number }

  /// See `Descriptor.send`.
  package func send(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> Int {
    switch try attempt("send", { unsafe Platform.send(key, bytes) }) {
    case .done(let count): count
    case .wouldBlock: 0
    }
  }
}
