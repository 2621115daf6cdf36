#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// An Internet address with a port.
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
  public var isLoopback: Bool { host == "::1" || host.hasPrefix("127.") }

  var isAny: Bool { host == "::" || host == "0.0.0.0" }

  var port: Int {
    unsafe withUnsafeBytes(of: storage) {
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

  /// In digits.
  var host: String {
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
