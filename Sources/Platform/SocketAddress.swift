#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// An Internet address with a port, or the path of a Unix socket.
public struct SocketAddress: Sendable {
  private var storage: sockaddr_storage
  private var length: socklen_t

  /// All interfaces (`INADDR_ANY`, `in6addr_any`).
  init(any family: Int32, port: Int) {
    storage = sockaddr_storage()
    storage.ss_family = sa_family_t(family)
    length = Platform.length(ofFamily: family)
    Platform.setLength(&storage, length)
    self = with(port: port)
  }

  init(copying address: UnsafePointer<sockaddr>, _ length: socklen_t) {
    storage = sockaddr_storage()
    self.length = length
    unsafe withUnsafeMutableBytes(of: &storage) {
      unsafe $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(length)))
    }
  }

  /// Bytes that the path of a Unix socket has at most, with a zero behind them in `sun_path`.
  public static let maxPathBytes = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

  /// The address of a Unix socket.
  /// - Returns: `nil` for a path that is empty, longer than `maxPathBytes`, or has a zero in it.
  public init?(path: String) {
    let bytes = Array(path.utf8)
    guard (1...Self.maxPathBytes).contains(bytes.count), !bytes.contains(0) else { return nil }
    storage = sockaddr_storage()
    storage.ss_family = sa_family_t(AF_UNIX)
    length = socklen_t(MemoryLayout<sockaddr_un>.size)
    Platform.setLength(&storage, length)
    unsafe withUnsafeMutableBytes(of: &storage) {
      unsafe UnsafeMutableRawBufferPointer(rebasing: $0[Self.pathOffset...]).copyBytes(from: bytes)
    }
  }

  /// The address a socket is bound to.
  init(boundTo socket: borrowing Descriptor) throws(SystemError) {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let number = socket.number
    try systemCall("getsockname") {
      unsafe withUnsafeMutablePointer(to: &storage) {
        unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe getsockname(number, $0, &length)
        }
      }
    }
    self.storage = storage
    self.length = length
  }

  /// What a port can be. Port 0 is for the system to choose.
  static let ports = 0...65_535

  /// Every address of a host, by name or in digits.
  /// - Throws: `SystemError` with the call `getaddrinfo` and `.invalidArgument`, also for a port that
  ///   is not in 0...65535.
  public static func resolve(host: String, port: Int) throws(SystemError) -> [SocketAddress] {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Platform.streamSocket
    unsafe hints.ai_flags = AI_PASSIVE
    var list: UnsafeMutablePointer<addrinfo>?
    guard ports.contains(port), unsafe getaddrinfo(host, String(port), &hints, &list) == 0,
      let list = unsafe list
    else {
      throw SystemError(call: "getaddrinfo", errno: .invalidArgument)
    }
    defer { unsafe freeaddrinfo(list) }
    var addresses: [SocketAddress] = []
    var next = unsafe Optional(list)
    while let entry = unsafe next?.pointee {
      if let address = unsafe entry.ai_addr {
        unsafe addresses.append(SocketAddress(copying: address, entry.ai_addrlen))
      }
      unsafe next = entry.ai_next
    }
    return addresses
  }

  var family: Int32 { Int32(storage.ss_family) }

  /// Nobody but this machine is behind it.
  public var isLoopback: Bool {
    family == AF_UNIX || host == "::1" || host.hasPrefix("127.")
  }

  /// Another address of this machine from which it can be reached, with port 0; `nil` where it is not
  /// in 127.0.0.0/8, or the system has but one of these.
  /// - Parameter number: tells one from another, 0 to 250.
  package func loopbackSource(_ number: Int) -> SocketAddress? {
    guard Platform.hasManyLoopbackAddresses, family == AF_INET, isLoopback else { return nil }
    // In digits there is nothing to look up.
    return try? SocketAddress.resolve(host: "127.0.0.\(number + 2)", port: 0).first
  }

  /// Where a Unix socket is in the file system; `nil` for every other address, and for a socket
  /// without a place there.
  var path: String? {
    guard family == AF_UNIX else { return nil }
    let bytes = unsafe withUnsafeBytes(of: storage) { storage in
      unsafe storage[..<min(Int(length), storage.count)].dropFirst(Self.pathOffset).prefix {
        $0 != 0
      }
      .map(\.self)
    }
    return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
  }

  /// The path stands behind the family in `sockaddr_un`.
  private static let pathOffset = 2

  var isAny: Bool { host == "::" || host == "0.0.0.0" }

  /// 0 for a Unix socket.
  var port: Int {
    if family == AF_UNIX { return 0 }
    return unsafe withUnsafeBytes(of: storage) {
      unsafe Int(UInt16(bigEndian: $0.load(fromByteOffset: 2, as: UInt16.self)))
    }
  }

  /// The port stands at the same place in `sockaddr_in` and `sockaddr_in6`.
  func with(port: Int) -> SocketAddress {
    var copy = self
    unsafe withUnsafeMutableBytes(of: &copy.storage) {
      unsafe $0.storeBytes(of: UInt16(port).bigEndian, toByteOffset: 2, as: UInt16.self)
    }
    return copy
  }

  /// In digits; empty for a Unix socket.
  var host: String {
    if family == AF_UNIX { return "" }
    var text = [CChar](repeating: 0, count: 64)
    let failure = unsafe withSockaddr {
      unsafe getnameinfo($0, $1, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
    }
    precondition(failure == 0, "an address in digits needs no look-up")
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Makes a system call with the address as C has it.
  func withSockaddr(_ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    unsafe withUnsafePointer(to: storage) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe call($0, length) }
    }
  }
}
