// What is done with a connected, non-blocking socket.
extension Descriptor {
  /// Sets up a connection that was just taken in: no Nagle delay (RFC 896), dead peers found.
  ///
  /// - Parameter patience: how long sent bytes may stay unacknowledged, and an idle peer silent to
  ///   keep-alive probes, before the connection is given up.
  public func configureConnection(patience: Duration) {
    let seconds = Int32(clamping: patience.components.seconds)
    Platform.setNoSignal(number)
    Platform.setOption(number, Platform.tcp, TCP_NODELAY, 1)
    Platform.setKeepAlive(
      number, idleSeconds: max(1, seconds / 2), intervalSeconds: max(1, seconds / 6))
    Platform.setUserTimeout(number, milliseconds: seconds.multipliedReportingOverflow(by: 1000).0)
  }

  /// How much the kernel takes and keeps for a peer that does not read; it rounds and doubles as it
  /// sees fit. Unless told it adapts, up to megabytes.
  public func limitSendBuffer(bytes: Int) {
    Platform.setOption(number, SOL_SOCKET, SO_SNDBUF, Int32(clamping: bytes))
  }

  /// Takes what has arrived, as much as fits; 0 is the end of what the peer sends.
  /// - Returns: `nil` when nothing has arrived.
  /// - Throws: `SystemError` when the connection is over (`ECONNRESET`, `ETIMEDOUT`).
  public func receive(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int? {
    switch try attempt("read", { Platform.receive(number, buffer) }) {
    case .done(let count): count
    case .wouldBlock: nil
    }
  }

  /// Gives bytes to the kernel, as many as it takes.
  /// - Returns: how many; 0 when the socket is full.
  /// - Throws: `SystemError` when the connection is over (`EPIPE`, `ECONNRESET`).
  public func send(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> Int {
    switch try attempt("send", { Platform.send(number, bytes) }) {
    case .done(let count): count
    case .wouldBlock: 0
    }
  }

  /// Says that nothing more will be sent, after what was sent.
  public func finishSending() {
    // It fails when the peer has gone, and then there is nobody to tell.
    _ = shutdown(number, Int32(SHUT_WR))
  }

  /// See `EventLoop.setInterest`.
  public func setInterest(_ interest: Interest, on loop: EventLoop) throws(SystemError) {
    try loop.setInterest(interest, in: self)
  }

  /// The number, for finding an owner's state by it. It stays owned here.
  public var key: Int32 { number }
}
