import EventLoop
import HTTPServer
import Platform
import QRCode
import ServerSentEvents
import Voting

/// The running program: what was started, and how it stops.
struct Service {
  /// Where people reach it.
  let joining: Joining
  /// Where proxies reach it.
  let socketPaths: [String]
  let log: Log
  let ledgerThread: EventLoop
  let loops: [EventLoop]
  let ballotBox: BallotBox
  let audience: Audience
  let desk: Desk
  let server: Server
  let running: RunningServer

  /// Serves until a signal asks to end, on sockets that are open already or on its own.
  /// - Throws: `UsageError` with one sentence when it cannot start.
  static func run(
    _ options: Options, on sockets: [ListeningSocket], _ supervision: Supervision
  ) async throws(UsageError) {
    // Before signals are taken: Ctrl-C ends a program that waits for its questions.
    let languages = try languages(Root.find(options.root), options)
    let preparedList = try options.preparedList(
      in: languages.room, say: StandardError.writeLine)
    let signals = try terminationSignals()
    let service: Service
    do {
      service = try await start(
        options, preparedList, languages, on: sockets, log: .standardError)
    } catch {
      throw (error as? UsageError) ?? UsageError("Cannot start: \(error).")
    }
    service.announce()
    await supervision.isOpen()
    let watch = supervision.watch(service.loops)
    var signal = signals.makeAsyncIterator()
    _ = await signal.next()
    service.log("stopping: no more votes are taken")
    let impatience = Task {
      // The second one ends it at once; what was acknowledged is stored. A terminal that closes may
      // say so twice: nobody is impatient there.
      for await signal in signals where signal != .hangUp {
        CurrentProcess.exit(signal.exitStatus)
      }
    }
    watch?.cancel()
    await supervision.isStopping(screens: service.audience.count)
    await service.stop(notice: noticeTime)
    impatience.cancel()
    service.log("stopped")
  }

  /// - Throws: `UsageError` when the system has no threads left.
  static func terminationSignals() throws(UsageError) -> AsyncStream<ProcessSignal> {
    do throws(SystemError) {
      return try Signals.termination()
    } catch {
      throw UsageError("Cannot start: \(error).")
    }
  }

  // MARK: Running

  func announce() {
    log("Show of Hands is open: \(ballotBox.round?.question.text ?? "no question yet")")
    let addresses = joining.addresses
    if let warning = addresses.warning { log(warning) }
    showCode(of: addresses.best)
    for address in addresses.all + addresses.onThisMachine {
      log("vote at \(address.url) and watch \(address.url)result (\(address.note))")
    }
    for path in socketPaths { log("proxies reach it at unix:\(path)") }
    if server.port == 0, joining.publicURL == nil {
      log("the addresses are a guess: say with --public-url where people reach the proxy")
    }
    log("present with \(deskAddress)")
    if ballotBox.snapshot.room.asksForCodes, ballotBox.issuedCodes.count == 0 {
      log("votes need codes, and none were issued yet: make cards at the desk, under More")
    }
  }

  /// The desk's address with its key, which stands behind the `#`: it reaches no log of a proxy. On
  /// this machine its cookie stays off the Wi-Fi; behind a proxy it belongs to the public address.
  private var deskAddress: String {
    let addresses = joining.addresses
    let here = addresses.onThisMachine.first ?? addresses.all[addresses.all.count - 1]
    let url = desk.gate.publicURL?.description ?? here.url
    return "\(url)desk#\(desk.gate.key.text)"
  }

  /// Shows phones the way where somebody may be looking, but not in a file or a narrow window.
  private func showCode(of address: JoinAddress) {
    // An address that is too long for a code can be read all the same.
    guard StandardError.isTerminal, let code = try? QRCode(JoinAddress.codeText(of: address.url)),
      code.terminalColumns <= StandardError.terminalColumns ?? .max
    else { return }
    StandardError.writeText(code.terminalText)
  }

  /// So long a balancer has to see that this server stops, before it refuses anybody.
  static let noticeTime: Duration = .seconds(3)
  /// Where others share the ledger, screens come back to them, and not all at once.
  private static let moveTime: ClosedRange<Duration> = .milliseconds(100)...(.seconds(2))

  /// No new connections; what was asked is answered; screens are told to come back later; the
  /// ledger is closed last.
  /// - Parameter notice: waited for first, where others share the ledger.
  func stop(notice: Duration = .zero) async {
    running.willStop()
    if ballotBox.isShared {
      // Nobody cancels this; a second signal ends it all.
      try? await Task.sleep(for: notice)
    }
    await server.stopAccepting()
    await audience.end(retry: ballotBox.isShared ? Self.moveTime : nil)
    await desk.stream.end()
    await server.stop(patience: .seconds(2))
    await ballotBox.finish()
    await Self.stop(loops + [ledgerThread])
  }

  static func stop(_ loops: [EventLoop]) async {
    for loop in loops { loop.stop() }
    for loop in loops { await loop.waitUntilStopped() }
  }
}
