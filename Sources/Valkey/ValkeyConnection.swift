import Platform

/// A connection to a server. Every call blocks its thread, for a limited time.
///
/// It belongs to one thread at a time. When a call fails but for what the server refused, the
/// connection is over: an answer that comes late would be taken for another one's.
public final class ValkeyConnection {
  public struct Patience: Sendable {
    /// For a connection, to whichever address of the host.
    public var connecting: Duration
    /// For each reply, from when it is asked for or the one before came.
    public var reply: Duration

    public init(connecting: Duration = .seconds(2), reply: Duration = .seconds(3)) {
      self.connecting = connecting
      self.reply = reply
    }
  }

  public var patience: Patience
  private let socket: Descriptor
  private var reader: ReplyReader
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)
  /// What ended it.
  private var failure: ValkeyError?

  /// Connects, says who we are, and chooses the database.
  /// - Parameter name: what an operator sees in `CLIENT LIST`; no spaces.
  public init(
    to url: ValkeyURL, name: String, patience: Patience = Patience(),
    limits: ReplyReader.Limits = ReplyReader.Limits()
  ) throws(ValkeyError) {
    self.patience = patience
    reader = ReplyReader(limits: limits)
    socket = try Self.connect(to: url, for: patience.connecting)
    socket.configureConnection(patience: Self.silence)
    try introduce(url, name)
  }

  /// A peer that has vanished without a word is given up so late; `patience` is sooner.
  private static let silence: Duration = .seconds(15)

  // MARK: Connecting

  private static func connect(
    to url: ValkeyURL, for patience: Duration
  ) throws(ValkeyError) -> Descriptor {
    let deadline = SteadyClock.timeSinceStart() + patience
    let addresses: [SocketAddress]
    do throws(SystemError) {
      addresses = try SocketAddress.resolve(host: url.host, port: url.port)
    } catch {
      throw .noSuchHost(url.host)
    }
    var failure = ValkeyError.noSuchHost(url.host)
    for (index, address) in addresses.enumerated() {
      let left = deadline - SteadyClock.timeSinceStart()
      do throws(SystemError) {
        let socket = try Descriptor(connectingTo: address)
        // An address that is silent leaves time for the ones behind it.
        if try socket.wait(for: .writable, upTo: left / (addresses.count - index)).isEmpty {
          failure = .timedOut
          continue
        }
        try socket.finishConnecting()
        return socket
      } catch {
        failure = .cannotConnect(error)
      }
    }
    throw failure
  }

  private func introduce(_ url: ValkeyURL, _ name: String) throws(ValkeyError) {
    var commands: [Command] = []
    if let password = url.password {
      commands.append(Command(["AUTH"] + (url.user.map { [$0] } ?? []) + [password]))
    }
    if url.database != 0 { commands.append(Command("SELECT", String(url.database))) }
    commands.append(Command("PING"))
    commands.append(Command("CLIENT", "SETNAME", name))
    let replies = try run(commands)
    // A server that lets nobody name themselves still takes votes.
    for reply in replies.dropLast() { _ = try reply.value() }
  }

  // MARK: Asking

  /// Asks for one thing.
  /// - Returns: the reply, which is no error.
  /// - Throws: `ValkeyError`, also `.refused` for an error.
  public func run(_ command: Command) throws(ValkeyError) -> Reply {
    try run([command])[0].value()
  }

  /// Asks for several things in one go (pipelining).
  /// - Returns: a reply for each, in order; an error is one.
  public func run(_ commands: [Command]) throws(ValkeyError) -> [Reply] {
    var bytes: [UInt8] = []
    for command in commands { command.write(to: &bytes) }
    return try ending { () throws(ValkeyError) in
      var replies: [Reply] = []
      replies.reserveCapacity(commands.count)
      do throws(ValkeyError) {
        try send(bytes)
        while replies.count < commands.count {
          guard let reply = try receive(for: patience.reply) else { throw .timedOut }
          replies.append(reply)
        }
      } catch {
        switch error {
        case .closed, .connectionLost: throw farewell(after: replies) ?? error
        default: throw error
        }
      }
      return replies
    }
  }

  /// A server that lets nobody in says why, whatever it was asked, and hangs up.
  private func farewell(after replies: [Reply]) -> ValkeyError? {
    // It may have come while we were still sending. What went wrong is known already.
    var last = replies.last
    _ = try? take()
    while let reply = try? reader.next() { last = reply }
    if case .error(let message) = last { return .refused(message) }
    return nil
  }

  /// Asks, and leaves it to `next` to take what comes.
  public func post(_ command: Command) throws(ValkeyError) {
    var bytes: [UInt8] = []
    command.write(to: &bytes)
    try ending { () throws(ValkeyError) in try send(bytes) }
  }

  /// What the server says next, by itself or because it was asked.
  /// - Returns: `nil` where nothing came in that time.
  public func next(upTo patience: Duration) throws(ValkeyError) -> Reply? {
    try ending { () throws(ValkeyError) in try receive(for: patience) }
  }

  /// Remembers what ended the connection.
  private func ending<Value>(
    _ body: () throws(ValkeyError) -> Value
  ) throws(ValkeyError) -> Value {
    if failure != nil { throw .closed }
    do throws(ValkeyError) {
      return try body()
    } catch {
      failure = error
      throw error
    }
  }

  // MARK: Bytes

  private func send(_ bytes: [UInt8]) throws(ValkeyError) {
    var sent = 0
    let deadline = SteadyClock.timeSinceStart() + patience.reply
    while sent < bytes.count {
      do throws(SystemError) {
        sent += try socket.send(bytes[sent...])
        if sent == bytes.count { return }
        // A server that has no room for more may wait for us to take its replies.
        let left = deadline - SteadyClock.timeSinceStart()
        let ready = try socket.wait(for: [.readable, .writable], upTo: left)
        if ready.isEmpty { throw SystemError(call: "send", errno: .timedOut) }
        if ready.contains(.readable), try take() == 0 { return }
      } catch {
        throw error.errno == .timedOut ? .timedOut : .connectionLost(error)
      }
    }
  }

  private func receive(for patience: Duration) throws(ValkeyError) -> Reply? {
    let deadline = SteadyClock.timeSinceStart() + patience
    while true {
      do throws(ReplyError) {
        if let reply = try reader.next() { return reply }
      } catch {
        throw .notUnderstood(error)
      }
      let left = deadline - SteadyClock.timeSinceStart()
      let count: Int?
      do throws(SystemError) {
        if try socket.wait(for: .readable, upTo: left).isEmpty { return nil }
        count = try take()
      } catch {
        throw .connectionLost(error)
      }
      if count == 0 { throw .closed }
    }
  }

  /// Takes what has come.
  /// - Returns: how much that was; 0 at the end, `nil` where nothing has.
  private func take() throws(SystemError) -> Int? {
    let count = try socket.receive(into: &buffer)
    if let count { reader.append(buffer[..<count]) }
    return count
  }
}

extension Reply {
  /// The reply, if it is no error.
  public func value() throws(ValkeyError) -> Reply {
    if case .error(let message) = self { throw .refused(message) }
    return self
  }
}
