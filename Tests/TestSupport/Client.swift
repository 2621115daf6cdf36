import Foundation

/// A client on a real socket, byte for byte: it sends what it is told, however wrong, and reads what
/// comes. It waits at most `patience` for anything and then throws.
public final class Client {
  public enum Failure: Error, Equatable {
    /// Nothing came in time.
    case timedOut(have: String)
    /// The server closed the connection before the end of what was asked for.
    case closed(have: String)
    case refused
  }

  /// How long a test that fails waits. No test that passes does.
  public static let patienceSeconds = 60

  private let socket: Int32
  private var isOpen = true
  private var arrived: [UInt8] = []

  /// - Parameters:
  ///   - patienceSeconds: how long it waits for something to come or go.
  ///   - takesLittle: into the kernel, so that a server soon finds this client full. Said before it
  ///     connects: a system that has offered more drops what it cannot keep, and the server waits
  ///     longer and longer before it sends that again.
  ///   - hasSocket: called when the client has its descriptor, before it connects.
  public init(
    port: Int, patienceSeconds: Int = Client.patienceSeconds, takesLittle: Bool = false,
    hasSocket: () -> Void = {}
  ) throws {
    socket = makeSocket(AF_INET)
    hasSocket()
    if takesLittle {
      var bytes: Int32 = 8192
      unsafe setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
    }
    setPatience(of: socket, seconds: patienceSeconds)
    let isConnected = connect(socket, toPort: port)
    if !isConnected { throw Failure.refused }
  }

  /// At the path of a Unix socket.
  public init(path: String) throws {
    socket = makeSocket(AF_UNIX)
    setPatience(of: socket)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    let connected = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    if connected != 0 { throw Failure.refused }
  }

  deinit {
    if isOpen { close(socket) }
  }

  // MARK: Sending

  public func send(_ text: String) throws { try send(Array(text.utf8)) }

  /// - Throws: `Failure.closed` when the server has gone.
  public func send(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe sendQuietly(socket, $0) }
      if count <= 0 { throw Failure.closed(have: "") }
      rest = rest.dropFirst(count)
    }
  }

  /// Sends as much of the bytes as both kernels take, until nothing has moved for so long.
  /// - Returns: how many that were.
  public func sendUntilFull(_ bytes: [UInt8], quietMilliseconds: Int) -> Int {
    var sent = 0
    while sent < bytes.count, poll(POLLOUT, milliseconds: quietMilliseconds) {
      let count = unsafe bytes[sent...].withUnsafeBytes {
        unsafe sendQuietly(socket, $0, Int32(MSG_DONTWAIT))
      }
      if count <= 0 { break }
      sent += count
    }
    return sent
  }

  /// Sends a GET and reads the answer.
  public func get(_ target: String, fields: String = "") throws -> Reply {
    try send("GET \(target) HTTP/1.1\r\nHost: test\r\n\(fields)\r\n")
    return try reply()
  }

  /// Says that nothing more will be sent.
  public func finishSending() { shutdown(socket, Int32(SHUT_WR)) }

  /// Closes with a reset instead of an orderly end, as a crashed peer does. It is of no use after.
  public func reset() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    unsafe setsockopt(
      socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
    close(socket)
    isOpen = false
  }

  // MARK: Receiving

  /// Reads one answer, its body decoded.
  /// - Parameter toHead: an answer to HEAD has no body, whatever its fields say.
  public func reply(toHead: Bool = false) throws -> Reply {
    let head = try read(through: "\r\n\r\n")
    var reply = Reply(head: head)
    if toHead || reply.status == 204 || reply.status == 304 || reply.status < 200 { return reply }
    if reply["transfer-encoding"] == "chunked" {
      while case let chunk = try self.chunk(), !chunk.isEmpty { reply.body += chunk }
    } else if let length = reply["content-length"].flatMap({ Int($0) }) {
      reply.body = try read(count: length)
    } else {
      reply.body = try readToEnd()
    }
    return reply
  }

  /// Reads the head of an answer whose body stays open.
  public func head() throws -> Reply { Reply(head: try read(through: "\r\n\r\n")) }

  /// Reads one chunk of a body; empty is the last (RFC 9112, section 7.1).
  public func chunk() throws -> [UInt8] {
    let line = String(decoding: try read(through: "\r\n").dropLast(2), as: UTF8.self)
    guard let count = Int(line, radix: 16) else { throw Failure.closed(have: line) }
    let bytes = try read(count: count)
    _ = try read(count: 2)
    return bytes
  }

  /// Reads chunks until one has an event, and returns the events in it; none at the body's end.
  public func events() throws -> [ReceivedEvent] {
    let deadline = ContinuousClock.now + .seconds(Self.patienceSeconds)
    while true {
      // A stream that only keeps itself alive must not keep a test alive.
      if ContinuousClock.now > deadline { throw Failure.timedOut(have: "comments") }
      let chunk = try chunk()
      if chunk.isEmpty { return [] }
      let events = ReceivedEvent.parse(String(decoding: chunk, as: UTF8.self))
      if !events.isEmpty { return events }
    }
  }

  /// Reads events until one fits, and returns it.
  public func event(where fits: (ReceivedEvent) -> Bool) throws -> ReceivedEvent {
    while case let events = try events(), !events.isEmpty {
      if let event = events.first(where: fits) { return event }
    }
    throw Failure.closed(have: "")
  }

  /// Whether something, or the end, is here to be read within the time.
  public func hears(withinMilliseconds milliseconds: Int) -> Bool {
    !arrived.isEmpty || poll(POLLIN, milliseconds: milliseconds)
  }

  public func read(through text: String) throws -> [UInt8] {
    let mark = Array(text.utf8)
    while true {
      if let range = arrived.firstRange(of: mark) { return take(range.upperBound) }
      try receive()
    }
  }

  public func read(count: Int) throws -> [UInt8] {
    while arrived.count < count { try receive() }
    return take(count)
  }

  /// Everything until the server closes, in an orderly way or not.
  public func readToEnd() throws -> [UInt8] {
    do {
      while true { try receive() }
    } catch Failure.closed {
      return take(arrived.count)
    }
  }

  private func take(_ count: Int) -> [UInt8] {
    defer { arrived.removeFirst(count) }
    return Array(arrived[..<count])
  }

  private func poll(_ events: Int32, milliseconds: Int) -> Bool {
    var entry = pollfd(fd: socket, events: Int16(events), revents: 0)
    return unsafe Foundation.poll(&entry, 1, Int32(milliseconds)) > 0
  }

  private func receive() throws {
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    let count = unsafe recv(socket, &buffer, buffer.count, 0)
    let have = String(decoding: arrived.prefix(1000), as: UTF8.self)
    if count < 0, errno == EAGAIN { throw Failure.timedOut(have: have) }
    if count <= 0 { throw Failure.closed(have: have) }
    arrived += buffer[..<count]
  }
}

func makeSocket(_ family: Int32) -> Int32 {
  #if canImport(Glibc)
    // A program that another test starts must not hold it open after this client has closed it.
    socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
  #else
    socket(family, SOCK_STREAM, 0)
  #endif
}

func loopback(port: Int) -> sockaddr_in {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = in_port_t(port).bigEndian
  address.sin_addr.s_addr = unsafe inet_addr("127.0.0.1")
  return address
}

/// - Returns: whether somebody listens there.
func connect(_ socket: Int32, toPort port: Int) -> Bool {
  var address = loopback(port: port)
  return unsafe withUnsafePointer(to: &address) { pointer in
    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      unsafe connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
    }
  }
}

private func setPatience(of socket: Int32, seconds: Int = Client.patienceSeconds) {
  var patience = timeval(tv_sec: seconds, tv_usec: 0)
  let size = socklen_t(MemoryLayout<timeval>.size)
  unsafe setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
  unsafe setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, size)
}

func sendQuietly(
  _ socket: Int32, _ bytes: UnsafeRawBufferPointer, _ flags: Int32 = 0
) -> Int {
  unsafe Foundation.send(socket, bytes.baseAddress, bytes.count, flags | Int32(MSG_NOSIGNAL))
}
