// Platform: the operating system in Swift's types, for everything above it.
//
// `Descriptor` owns what is open, and `SystemCall` makes calls: it retries what a signal interrupts
// and tells "would block" from an error. `Socket`, `ListeningSocket`, `UnixSocket`,
// `InheritedSocket`, `SocketAddress`, `InternetAddress` and `NetworkInterface` are the network, and
// `PollEvents` is for a thread that waits for it; `SystemThread` and `ThreadSlot` are threads;
// `ChildProcess`, `PipedProcess`, `Signals` and `ServiceManager`,
// processes; `FileLock`, `RealPath`, `OpenFiles`, `InputFile` and `Executable`, files. This file has
// the names that differ between systems; no target above asks which one it runs on, but for the
// pollers of `EventLoop`.

#if canImport(Glibc)
  import CLinux
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#else
  #error("Show of Hands knows Linux with glibc, and Darwin")
#endif

enum Platform {
  #if canImport(Glibc)
    static let streamSocket = Int32(SOCK_STREAM.rawValue)
    static let datagramSocket = Int32(SOCK_DGRAM.rawValue)
    static let tcp = Int32(IPPROTO_TCP)
    static let ipv6 = Int32(IPPROTO_IPV6)

    /// Takes a connection off the listener: non-blocking, closed on exec.
    static func accept(_ listener: Int32) -> Int32 {
      accept4(
        listener, nil, nil, Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue))
    }

    /// Sends without a signal when the peer has gone.
    static func send(_ socket: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
      unsafe Glibc.send(socket, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
    }

    static func receive(_ socket: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
      unsafe Glibc.recv(socket, buffer.baseAddress, buffer.count, 0)
    }

    static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
      unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    }

    static func read(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
      unsafe Glibc.read(descriptor, buffer, count)
    }

    static func makeSocket(_ family: Int32, _ type: Int32, _ proto: Int32) -> Int32 {
      socket(family, type | Int32(SOCK_CLOEXEC.rawValue), proto)
    }

    /// Closed on exec, also where another thread starts a program meanwhile.
    static func makePipe(_ ends: UnsafeMutablePointer<Int32>) -> Int32 {
      unsafe pipe2(ends, O_CLOEXEC)
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

    /// The port is chosen when it connects: one that is free for that peer.
    static func chooseNoPortYet(_ socket: Int32) {
      setOption(socket, Int32(IPPROTO_IP), IP_BIND_ADDRESS_NO_PORT, 1)
    }

    /// Whether every address of 127.0.0.0/8 is this machine.
    static let hasManyLoopbackAddresses = true

    static func isListening(_ socket: Int32) -> Bool {
      option(socket, SOL_SOCKET, SO_ACCEPTCONN) == 1
    }

    /// Only Darwin's addresses carry their length.
    static func setLength(_ address: inout sockaddr_storage, _ length: socklen_t) {}

    static let openFiles = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    static let openFilesMax = rlim_t.max

    /// It goes on while the system sleeps.
    static let steadyClock = CLOCK_BOOTTIME

    static let interfaceUp = Int32(IFF_UP)
    static let interfaceLoopback = Int32(IFF_LOOPBACK)
    static let interfacePointToPoint = Int32(IFF_POINTOPOINT)

    /// The bytes that are there of an address that the system keeps.
    static func storedLength(of address: UnsafePointer<sockaddr>, family: Int32) -> Int {
      Int(length(ofFamily: family))
    }

    static func setHandler(
      _ action: inout sigaction, _ handler: @escaping @convention(c) (Int32) -> Void
    ) {
      unsafe action.__sigaction_handler.sa_handler = handler
    }

    static func isIgnored(_ action: sigaction) -> Bool {
      unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
        == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    static func nameThisThread(_ name: String) {
      // The kernel keeps 15 bytes and refuses more.
      _ = unsafe pthread_setname_np(pthread_self(), String(name.prefix(15)))
    }
  #else
    static let streamSocket = SOCK_STREAM
    static let datagramSocket = SOCK_DGRAM
    static let tcp = IPPROTO_TCP
    static let ipv6 = IPPROTO_IPV6

    static func accept(_ listener: Int32) -> Int32 {
      // Darwin closes a connection that it has no descriptor for: try that before it is taken.
      let spare = fcntl(listener, F_DUPFD_CLOEXEC, 0)
      guard spare >= 0 else { return -1 }
      _ = close(spare)
      let socket = Darwin.accept(listener, nil, nil)
      guard socket >= 0 else { return -1 }
      _ = fcntl(socket, F_SETFL, O_NONBLOCK)
      _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
      return socket
    }

    static func send(_ socket: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
      Darwin.send(socket, bytes.baseAddress, bytes.count, MSG_NOSIGNAL)
    }

    static func receive(_ socket: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
      Darwin.recv(socket, buffer.baseAddress, buffer.count, 0)
    }

    static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
      Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    }

    static func read(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
      Darwin.read(descriptor, buffer, count)
    }

    static func makeSocket(_ family: Int32, _ type: Int32, _ proto: Int32) -> Int32 {
      let number = socket(family, type, proto)
      if number >= 0 { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }
      return number
    }

    /// Darwin cannot do both at once.
    static func makePipe(_ ends: UnsafeMutablePointer<Int32>) -> Int32 {
      let failure = pipe(ends)
      if failure == 0 { for end in 0..<2 { _ = fcntl(ends[end], F_SETFD, FD_CLOEXEC) } }
      return failure
    }

    /// Darwin counts in whole seconds, and only while it retransmits.
    static func setUserTimeout(_ socket: Int32, milliseconds: Int32) {
      setOption(socket, tcp, TCP_RXT_CONNDROPTIME, max(1, milliseconds / 1000))
    }

    static func setKeepAlive(_ socket: Int32, idleSeconds: Int32, intervalSeconds: Int32) {
      setOption(socket, SOL_SOCKET, SO_KEEPALIVE, 1)
      setOption(socket, tcp, TCP_KEEPALIVE, idleSeconds)
      setOption(socket, tcp, TCP_KEEPINTVL, intervalSeconds)
      setOption(socket, tcp, TCP_KEEPCNT, 3)
    }

    static func chooseNoPortYet(_ socket: Int32) {}

    static let hasManyLoopbackAddresses = false

    /// Darwin does not answer for SO_ACCEPTCONN; TCP itself knows.
    static func isListening(_ socket: Int32) -> Bool {
      var info = tcp_connection_info()
      var size = socklen_t(MemoryLayout<tcp_connection_info>.size)
      return getsockopt(socket, tcp, TCP_CONNECTION_INFO, &info, &size) == 0
        && info.tcpi_state == tcpStateListen
    }

    /// TCPS_LISTEN in `<netinet/tcp_fsm.h>`.
    private static let tcpStateListen: UInt8 = 1

    static func setLength(_ address: inout sockaddr_storage, _ length: socklen_t) {
      address.ss_len = UInt8(length)
    }

    static let openFiles = RLIMIT_NOFILE
    /// What the kernel lets one process have open, whatever its limit says.
    static let openFilesMax: rlim_t = {
      var count: Int32 = 0
      var size = MemoryLayout<Int32>.size
      let failure = sysctlbyname("kern.maxfilesperproc", &count, &size, nil, 0)
      return failure == 0 ? rlim_t(count) : rlim_t(OPEN_MAX)
    }()

    /// It goes on while the system sleeps: what `ContinuousClock` reads. (CLOCK_MONOTONIC is made of
    /// the time of day, in microseconds.)
    static let steadyClock = CLOCK_MONOTONIC_RAW

    static let interfaceUp = IFF_UP
    static let interfaceLoopback = IFF_LOOPBACK
    static let interfacePointToPoint = IFF_POINTOPOINT

    /// Masks are cut short after their last byte that is not zero.
    static func storedLength(of address: UnsafePointer<sockaddr>, family: Int32) -> Int {
      min(Int(address.pointee.sa_len), Int(length(ofFamily: family)))
    }

    static func setHandler(
      _ action: inout sigaction, _ handler: @escaping @convention(c) (Int32) -> Void
    ) {
      action.__sigaction_u.__sa_handler = handler
    }

    static func isIgnored(_ action: sigaction) -> Bool {
      unsafeBitCast(action.__sigaction_u.__sa_handler, to: Int.self)
        == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    static func nameThisThread(_ name: String) {
      _ = pthread_setname_np(name)
    }
  #endif

  static func length(ofFamily family: Int32) -> socklen_t {
    socklen_t(
      family == AF_INET6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size)
  }

  /// Starts a detached thread that calls `body` on the retained box it is given.
  /// - Returns: 0, or the error number; then the box was not taken.
  static func startThread(_ box: Unmanaged<ThreadBody>) -> Int32 {
    #if canImport(Glibc)
      var thread = pthread_t()
    #else
      var thread: pthread_t?
    #endif
    let failure = unsafe pthread_create(
      &thread, nil,
      { box in
        // Optional in one system's header and not in the other's.
        if let box = unsafe box as UnsafeMutableRawPointer? { unsafe ThreadBody.run(box) }
        return nil
      }, unsafe box.toOpaque())
    if failure != 0 { return failure }
    #if canImport(Glibc)
      pthread_detach(thread)
    #else
      if let thread { pthread_detach(thread) }
    #endif
    return 0
  }

  /// Options that only tune a socket: one that the system refuses costs speed, not correctness,
  /// and a peer that has already gone refuses all of them.
  static func setOption(_ socket: Int32, _ level: Int32, _ name: Int32, _ value: Int32) {
    var value = value
    _ = unsafe setsockopt(socket, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
  }

  /// The value of an option; `nil`, and the reason in `errno`, where there is none.
  static func option(_ socket: Int32, _ level: Int32, _ name: Int32) -> Int32? {
    var value: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    return unsafe getsockopt(socket, level, name, &value, &size) == 0 ? value : nil
  }
}
