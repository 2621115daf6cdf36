// The platform's C library, and the names that differ between platforms. No other file of this
// target but the two pollers asks which system it is on.

#if canImport(Glibc)
  import CLinux
  @_exported import Glibc
#elseif canImport(Darwin)
  @_exported import Darwin
#else
  #error("Show of Hands knows Linux with glibc, and Darwin")
#endif

enum Platform {
  #if canImport(Glibc)
    typealias Poller = EpollPoller

    static let streamSocket = Int32(SOCK_STREAM.rawValue)
    static let tcp = Int32(IPPROTO_TCP)
    static let ipv6 = Int32(IPPROTO_IPV6)

    /// Takes a connection off the listener: non-blocking, closed on exec.
    static func accept(_ listener: Int32) -> Int32 {
      accept4(
        listener, nil, nil, Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue))
    }

    /// Sends without a signal when the peer has gone.
    static func send(_ socket: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
      Glibc.send(socket, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// How long sent bytes may stay unacknowledged before the kernel gives the peer up.
    static func setUserTimeout(_ socket: Int32, milliseconds: Int32) {
      setOption(socket, tcp, TCP_USER_TIMEOUT, milliseconds)
    }

    static func setKeepAlive(_ socket: Int32, idleSeconds: Int32, intervalSeconds: Int32) {
      setOption(socket, SOL_SOCKET, SO_KEEPALIVE, 1)
      setOption(socket, tcp, TCP_KEEPIDLE, idleSeconds)
      setOption(socket, tcp, TCP_KEEPINTVL, intervalSeconds)
    }

    /// Nothing to do: `send` says so each time.
    static func setNoSignal(_ socket: Int32) {}
  #else
    typealias Poller = KqueuePoller

    static let streamSocket = SOCK_STREAM
    static let tcp = IPPROTO_TCP
    static let ipv6 = IPPROTO_IPV6

    static func accept(_ listener: Int32) -> Int32 {
      let socket = Darwin.accept(listener, nil, nil)
      guard socket >= 0 else { return socket }
      _ = fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK)
      _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
      return socket
    }

    static func send(_ socket: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
      Darwin.send(socket, bytes.baseAddress, bytes.count, 0)
    }

    /// Darwin counts in whole seconds, and only while it retransmits.
    static func setUserTimeout(_ socket: Int32, milliseconds: Int32) {
      setOption(socket, tcp, TCP_RXT_CONNDROPTIME, max(1, milliseconds / 1000))
    }

    static func setKeepAlive(_ socket: Int32, idleSeconds: Int32, intervalSeconds: Int32) {
      setOption(socket, SOL_SOCKET, SO_KEEPALIVE, 1)
      setOption(socket, tcp, TCP_KEEPALIVE, idleSeconds)
      setOption(socket, tcp, TCP_KEEPINTVL, intervalSeconds)
    }

    /// A write to a peer that has gone is an error here, not a signal.
    static func setNoSignal(_ socket: Int32) {
      setOption(socket, SOL_SOCKET, SO_NOSIGPIPE, 1)
    }
  #endif

  /// Options that only tune a socket: one that the system refuses costs speed, not correctness,
  /// and a peer that has already gone refuses all of them.
  static func setOption(_ socket: Int32, _ level: Int32, _ name: Int32, _ value: Int32) {
    var value = value
    _ = setsockopt(socket, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
  }
}

extension FileStatus {
  init(_ status: stat) {
    #if canImport(Glibc)
      let modified = status.st_mtim
    #else
      let modified = status.st_mtimespec
    #endif
    self.init(
      isRegularFile: status.st_mode & S_IFMT == S_IFREG,
      size: Int(status.st_size),
      modifiedNanoseconds: Int64(modified.tv_sec) * 1_000_000_000 + Int64(modified.tv_nsec),
      inode: UInt64(status.st_ino))
  }
}
