import EventLoop
import HTTPServer
import Platform
import ServerSentEvents
import Templates
import Voting

/// How the program starts: each part after what it needs.
extension Service {
  /// Starts all of it, or nothing: where a part fails, those that were started are stopped again, and
  /// the database is as it was. So the port is taken before a round is opened.
  /// - Parameters:
  ///   - languages: of these options; read where they have not been yet.
  ///   - ledger: in place of the one that the options say.
  /// - Throws: `UsageError`, or the system's own error.
  static func start(
    _ options: Options, _ preparedList: PreparedList? = nil, _ languages: Languages? = nil,
    on inherited: [ListeningSocket] = [],
    ledger: @Sendable (Options) throws(LedgerError) -> sending any Ledger = makeLedger, log: Log
  ) async throws -> Service {
    let root = try Root.find(options.root)
    let languages = try languages ?? Self.languages(root, options)
    let (pages, deskPage) = try makePages(root, languages, options)
    let words = languages.room
    try options.checkLabels(in: words)
    let capacity = try Capacity(openFiles: OpenFiles.raiseLimit())
    let sockets = try listen(options, beside: inherited)
    let ledgerThread = try EventLoop(name: "ledger")
    var loops: [EventLoop] = []
    var ballotBox: BallotBox?
    do {
      loops = try EventLoop.start(count: options.loops)
      let audience = try makeAudience(options, capacity, on: loops, log: log)
      let joining = joining(options, on: sockets, areInherited: !inherited.isEmpty)
      let stream = TallyStream(
        audience: audience, joining: joining, startedSeconds: WallClock.secondsSince1970())
      let deskStream = DeskStream(on: loops)
      let instances = Instances(audience, port: sockets.first?.port)
      let box = try openBallotBox(
        options, words, ledger, on: ledgerThread, log: log, stream, deskStream, instances)
      ballotBox = box
      stream.keepTime(by: box.now)
      try await prepare(preparedList, box, log: log)
      try await ask(options, words, box)
      stream.publish(box.snapshot)
      stream.watchAddresses(on: loops[0])
      var surroundings = DeskSurroundings(
        audience: audience, joining: joining, isRelaxed: box.isRelaxed, ballots: options.ballots,
        isStoring: { [weak box] in box?.isStoring ?? true }, now: box.now)
      if box.isShared { surroundings.instances = { box.instances } }
      let desk = Desk(
        options, for: box, stream: deskStream, pages: deskPage, surroundings: surroundings)
      let site = VotingSite(
        ballotBox: box, audience: audience, pages: pages, publicFolder: "\(root)/Public",
        ballots: options.ballots, publicURL: options.publicURL, joining: joining, desk: desk,
        log: log,
        logsRequests: options.log == .requests, trustedProxies: options.trustedProxies)
      var limits = Limits()
      limits.maxConnections = min(limits.maxConnections, capacity.connections)
      let server = try await site.application().listen(at: sockets, on: loops, limits: limits)
      site.server.set(server)
      return Service(
        joining: joining, socketPaths: sockets.compactMap(\.path), log: log,
        ledgerThread: ledgerThread, loops: loops, ballotBox: box,
        audience: audience, desk: desk, server: server, running: site.server)
    } catch {
      await ballotBox?.finish()
      await stop(loops + [ledgerThread])
      throw error
    }
  }

  private static func joining(
    _ options: Options, on sockets: [ListeningSocket], areInherited: Bool
  ) -> Joining {
    let sockets = sockets.filter { $0.path == nil }
    let isOpen = areInherited && sockets.contains(where: \.isOfAllInterfaces)
    let host = areInherited ? sockets.first?.host : options.host
    return Joining(
      host: isOpen ? nil : host, port: sockets.first?.port,
      publicURL: options.publicURL, wifi: options.wifi)
  }

  private static func makePages(
    _ root: String, _ languages: Languages, _ options: Options
  ) throws(UsageError) -> (VotingPages, DeskPage) {
    let folder = "\(root)/Views"
    do throws(TemplateError) {
      let pages = try VotingPages(folder: folder, languages: languages, ballots: options.ballots)
      return (pages, try DeskPage(folder: folder, languages: languages))
    } catch {
      throw UsageError("\(error)")
    }
  }

  static func languages(
    _ root: String, _ options: Options
  ) throws(UsageError) -> Languages {
    do {
      return try Languages(folder: "\(root)/Views/words", fixed: options.language)
    } catch {
      throw (error as? UsageError) ?? UsageError("\(error)")
    }
  }

  private static func makeAudience(
    _ options: Options, _ capacity: Capacity, on loops: [EventLoop], log: Log
  ) throws -> Audience {
    var limits = AudienceLimits()
    limits.updateInterval = .seconds(1) / options.updatesPerSecond
    limits.maxSubscribers = min(limits.maxSubscribers, capacity.streams)
    return Audience(
      on: loops, limits: limits, heartbeat: try Event("{}", name: "heartbeat"),
      fullEvent: try Event("{}", name: "full"), presenceEvent: "presence",
      groups: [VotingSite.phones], log: log)
  }

  private static func openBallotBox(
    _ options: Options, _ words: Words,
    _ ledger: (Options) throws(LedgerError) -> sending any Ledger, on thread: EventLoop, log: Log,
    _ stream: TallyStream, _ deskStream: DeskStream, _ instances: Instances
  ) throws -> BallotBox {
    let loss = LossLog(log)
    do throws(LedgerError) {
      return try BallotBox(
        ledger: try ledger(options), executor: thread,
        question: options.firstQuestion(in: words),
        preset: options.preset,
        ballots: options.ballots,
        // Where every press is a vote, nobody has one of their own to find.
        receipts: options.receipts == .on && options.ballots != .many,
        onChange: { snapshot in
          loss.note(snapshot.room.missingVotes)
          stream.publish(snapshot)
          deskStream.changed(toVersion: snapshot.room.version)
        },
        onFault: { fault in
          log("votes are not stored: \(fault)")
          stream.tell(isStoring: false)
          deskStream.storingChanged()
        },
        onRecovery: {
          stream.tell(isStoring: true)
          deskStream.storingChanged()
        },
        onWarning: { log("\($0)") },
        instance: { instances.own },
        onInstances: instances.take)
    } catch {
      throw UsageError(error)
    }
  }

  /// Prepares what the file says. The one that was read last is not read again: the list goes on
  /// where it was, with what was done to it at the desk.
  private static func prepare(
    _ list: PreparedList?, _ box: BallotBox, log: Log
  ) async throws(UsageError) {
    let room = box.standing.room
    guard let list else { return }
    if list.mark == room.preparedFrom {
      // Who comes with it to another evening would wonder where the first questions are.
      return log(
        "the prepared list goes on where it was, with \(room.preparedRest.count) left: the file of "
          + "questions is the one of last time (any change to it begins anew)")
    }
    try await perform(.prepare(list.questions, from: list.mark), box)
    if room.prepared.isEmpty { return }
    log(
      "the file of questions is not the one of last time: its \(list.questions.count) take the "
        + "place of the prepared list, of which \(room.preparedRest.count) were left")
  }

  /// Has the room asked what the command line says, if it says anything.
  private static func ask(
    _ options: Options, _ words: Words, _ box: BallotBox
  ) async throws(UsageError) {
    if let step = options.step(in: box.standing.room, words) { try await perform(step, box) }
  }

  private static func perform(_ step: Step, _ box: BallotBox) async throws(UsageError) {
    do throws(StepError) {
      try await box.perform(step)
    } catch {
      switch error {
      case .refused(.wouldFlipBallots, _):
        throw UsageError(
          "The labels cannot be exchanged: the ballots of this question would say what nobody "
            + "meant. Ask another question.")
      case .refused(let refusal, _): throw UsageError("Cannot start: \(refusal).")
      case .storage(let error): throw UsageError(error)
      case .finished: throw UsageError("Cannot start: the database is closed.")
      }
    }
  }

  static let makeLedger: @Sendable (Options) throws(LedgerError) -> sending any Ledger = {
    options in
    if let store = options.store {
      return try ValkeyLedger(store, name: "show-of-hands", durability: options.storeDurability)
    }
    if options.database == ":memory:" { return LocalLedger(MemoryLedger()) }
    return LocalLedger(try SQLiteLedger(path: options.database))
  }

  /// - Parameter inherited: in place of a port of its own, where there are any.
  private static func listen(
    _ options: Options, beside inherited: [ListeningSocket]
  ) throws(UsageError) -> [ListeningSocket] {
    let opensPort = inherited.isEmpty && options.opensPort
    let sockets = opensPort ? try listenOnPort(options) : inherited
    guard let path = options.listen else { return sockets }
    return sockets + [try listen(at: path)]
  }

  private static func listen(at path: String) throws(UsageError) -> ListeningSocket {
    do throws(UnixSocketError) {
      return try ListeningSocket.open(path: path)
    } catch {
      let path = printable(path, maxCharacters: SocketAddress.maxPathBytes)
      switch error {
      case .inUse:
        throw UsageError(
          "A server listens at \(path) already; stop it or choose another path with --listen.")
      case .notSocket:
        throw UsageError(
          "\(path) is there and is no socket, so it stays; choose another path with --listen.")
      case .badPath: throw UsageError("\(path) cannot be the path of a socket.")
      case .system(let error): throw UsageError("Cannot listen at \(path): \(error.reason).")
      }
    }
  }

  private static func listenOnPort(_ options: Options) throws(UsageError) -> [ListeningSocket] {
    do throws(SystemError) {
      return try ListeningSocket.open(host: options.host, port: options.port)
    } catch {
      let source = options.source(of: "--host").map { " (\($0))" } ?? ""
      let host = options.host.map { printable($0) + source } ?? "all interfaces"
      switch error.errno {
      case .addressInUse:
        throw UsageError(
          "Port \(options.port) is in use; stop the other program or choose another with --port.")
      case .accessDenied:
        throw UsageError("Port \(options.port) needs privileges; choose one from 1024 with --port.")
      default:
        throw UsageError("Cannot listen on \(host), port \(options.port): \(error.reason).")
      }
    }
  }
}
