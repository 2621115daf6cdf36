public import EventLoop
import Platform
import Synchronization

extension Application {
  /// Serves the application until the program is asked to end: the last line of most programs.
  ///
  /// ```swift
  /// await app.run()
  /// ```
  /// It says on which address it serves, and returns once it has stopped: on Ctrl-C, SIGTERM, or the
  /// SIGHUP of a terminal that closes it takes no more connections and lets what is under way be
  /// responded to. A second Ctrl-C ends the program at once. The limit on open files is raised as far
  /// as it goes.
  ///
  /// A program that cannot start, such as for a port in use, is ended: one sentence on standard error,
  /// exit status 2. To handle that otherwise, use `listen`. It takes the program's signals, so it can
  /// be called once in a program; a second call traps.
  ///
  /// - Parameters:
  ///   - host: a name or an address; `nil` for all interfaces, IPv4 and IPv6.
  ///   - port: used where the environment has no variable `PORT`; 0 lets the system choose.
  ///   - loops: connections are dealt to them in turn; default: two of its own, which it stops. Those
  ///     of the caller's go on.
  ///   - limits: what it takes from each connection and from all; fewer connections where the limit on
  ///     open files is lower.
  ///   - patience: how long responses under way may take when it is to stop; then they are cut off.
  ///     A handler that sends events for as long as its client is there is always cut off, and the
  ///     browser comes back.
  ///   - onStop: called when it is to stop, once no more connections are taken: the place to end an
  ///     audience, so that its browsers are told when to come back.
  public func run(
    host: String? = nil, port: Int = 3000, on loops: [EventLoop]? = nil,
    limits: Limits = Limits(), patience: Duration = .seconds(1),
    onStop: () async -> Void = {}
  ) async {
    Self.checkFirstRun()
    let port = numberFromEnvironment("PORT", default: port, in: 0...65_535)
    Signals.ignoreFailingWrites()
    var limits = limits
    limits.maxConnections = min(
      limits.maxConnections, max(1, OpenFiles.raiseLimit() - Self.reservedFiles))
    let signals: AsyncStream<ProcessSignal>
    let ownLoops: [EventLoop]
    let server: Server
    do {
      signals = try Signals.termination()
      ownLoops = loops == nil ? try EventLoop.start(count: 2) : []
      let sockets = try ListeningSocket.open(host: host, port: port)
      server = try await listen(at: sockets, on: loops ?? ownLoops, limits: limits)
    } catch {
      CurrentProcess.exit(saying: Self.sentence(for: error, host: host, port: port))
    }
    log("serving at \(Self.address(host: host, port: server.port)) until Ctrl-C")
    var signal = signals.makeAsyncIterator()
    _ = await signal.next()
    let impatience = Task {
      // A terminal that closes may say so twice: nobody is impatient there.
      for await signal in signals where signal != .hangUp {
        CurrentProcess.exit(signal.exitStatus)
      }
    }
    await server.stopAccepting()
    await onStop()
    await server.stop(patience: patience)
    for loop in ownLoops { loop.stop() }
    impatience.cancel()
    StandardError.flush()
  }

  /// The second would wait for signals that the first one gets.
  private static func checkFirstRun() {
    let isFirst = hasRun.compareExchange(
      expected: false, desired: true, ordering: .relaxed
    ).exchanged
    precondition(isFirst, "a program runs one application; serve more of them with listen")
  }

  private static let hasRun = Atomic(false)

  /// For files, pollers and what the program itself has open.
  private static let reservedFiles = 64

  // MARK: Words

  /// Where a browser on this machine finds it.
  static func address(host: String?, port: Int) -> String {
    let host = host.flatMap { ["0.0.0.0", "::"].contains($0) ? nil : $0 } ?? "localhost"
    return "http://\(host.contains(":") ? "[\(host)]" : host):\(port)/"
  }

  static func sentence(for error: any Error, host: String?, port: Int) -> String {
    switch (error as? SystemError)?.errno {
    case .addressInUse:
      "Port \(port) is in use: stop the other program, or choose another port with the variable PORT."
    case .accessDenied:
      "Port \(port) needs privileges: choose one from 1024 with the variable PORT."
    default:
      "Cannot serve on \(host ?? "all interfaces"), port \(port): \(error)."
    }
  }
}

extension CurrentProcess {
  static func exit(saying sentence: String) -> Never {
    StandardError.writeLine(sentence)
    exit(2)
  }
}
