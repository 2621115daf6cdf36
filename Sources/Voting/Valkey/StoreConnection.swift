import Platform
import Valkey

/// The connection that a ledger counts through: made when it is needed, checked, and given up when
/// anything goes wrong with it.
///
/// It belongs to the ledger's executor.
final class StoreConnection {
  /// What is known of the server behind the present connection.
  struct Link {
    let connection: ValkeyConnection
    let server: ServerFacts
    let promise: StorePromise
    /// By which the server knows the scripts, in the order of `StoreScript`.
    let scripts: [String]
    /// How far the server's clock is before ours, which never goes back; or a little less.
    var clock: Duration
  }

  let url: ValkeyURL
  let durability: StoreDurability
  let name: String
  /// Of the store, whichever connection it was asked through.
  let time = StoreClock()
  private let patience: ValkeyConnection.Patience
  private let limits: ReplyReader.Limits
  /// `nil` while there is none.
  var link: Link?
  /// The last one was ended by the other side, and not for want of an answer.
  private(set) var wasDropped = false

  /// For sentences.
  var store: String { "\(url)" }

  init(
    _ url: ValkeyURL, name: String, _ durability: StoreDurability,
    patience: ValkeyConnection.Patience, limits: ReplyReader.Limits = ReplyReader.Limits()
  ) {
    self.limits = limits
    self.url = url
    self.name = name
    self.durability = durability
    self.patience = patience
  }

  /// - Returns: whether there was none and is one now.
  func connect() throws(LedgerError) -> Bool {
    if link != nil { return false }
    wasDropped = false
    let connection: ValkeyConnection
    let server: ServerFacts
    let scripts: [String]
    let clock: Duration
    do throws(ValkeyError) {
      connection = try ValkeyConnection(to: url, name: name, patience: patience, limits: limits)
      server = try connection.facts()
      scripts = try Self.load(connection)
      clock = try self.clock(of: connection)
    } catch {
      throw ledgerError(error)
    }
    let promise: StorePromise
    do throws(StoreFault) { promise = try StorePromise(of: server, durability) } catch {
      throw .store(store, error)
    }
    link = Link(
      connection: connection, server: server, promise: promise, scripts: scripts, clock: clock)
    return true
  }

  func close() { link = nil }

  private static func load(_ connection: ValkeyConnection) throws(ValkeyError) -> [String] {
    let commands = StoreScript.allCases.map { Command("SCRIPT", "LOAD", $0.text) }
    var digests: [String] = []
    for reply in try connection.run(commands) {
      guard let digest = try reply.value().text else { throw .unexpected(reply) }
      digests.append(digest)
    }
    return digests
  }

  // MARK: Time

  /// When we give up what is asked for now, in milliseconds by the server's clock: what the server finds
  /// later, in the connection that we have left, it must not do any more.
  var deadlineMilliseconds: Int {
    guard let link else { return 0 }
    let (seconds, attoseconds) =
      (SteadyClock.timeSinceStart() + link.clock + patience.reply).components
    return Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000)
  }

  /// The server's clock was set, or runs otherwise than ours.
  func readClock() throws(LedgerError) {
    guard let connection = link?.connection else { return }
    do throws(ValkeyError) { link?.clock = try clock(of: connection) } catch {
      throw giveUp(error)
    }
  }

  private func clock(of connection: ValkeyConnection) throws(ValkeyError) -> Duration {
    let asked = SteadyClock.timeSinceStart()
    let reply = try connection.run(Command("TIME"))
    let heard = SteadyClock.timeSinceStart()
    guard let parts = reply.items, parts.count == 2, let seconds = parts[0].count,
      let microseconds = parts[1].count
    else { throw .unexpected(reply) }
    let time = Duration.seconds(seconds) + .microseconds(microseconds)
    self.time.note(time, asked: asked, heard: heard)
    return time - heard
  }

  // MARK: Asking

  /// Asks for several things in one go; an error of the store's among them is thrown.
  func run(_ commands: [Command]) throws(LedgerError) -> [Reply] {
    guard let link else { throw .store(store, .unreachable(reason: "no connection")) }
    do throws(ValkeyError) {
      let replies = try link.connection.run(commands)
      for reply in replies { _ = try reply.value() }
      return replies
    } catch {
      throw giveUp(error)
    }
  }

  /// Runs a script. Where it has changed something, that is durable then.
  func run(
    _ script: StoreScript, keys: [String], _ words: (inout Command) -> Void
  ) throws(LedgerError) -> (status: StoreScript.Status, values: [Reply]) {
    guard let link else { throw .store(store, .unreachable(reason: "no connection")) }
    do throws(ValkeyError) {
      var replies = try ask(script, by: "EVALSHA", link.scripts[script.rawValue], keys, words, link)
      if case .error(let message) = replies[0], message.hasPrefix("NOSCRIPT") {
        // Somebody had the server forget its scripts. It learns this one anew.
        replies = try ask(script, by: "EVAL", script.text, keys, words, link)
      }
      let reply = try replies[0].value()
      guard let items = reply.items, let word = items.first?.text,
        let status = StoreScript.Status(rawValue: word)
      else { throw .unexpected(reply) }
      if status == .done, replies.count == 2 {
        // How many logs it is in: the server's own, and those of its replicas.
        guard try replies[1].value().items?.first?.number == 1 else { throw .timedOut }
      }
      return (status, Array(items.dropFirst()))
    } catch {
      throw giveUp(error)
    }
  }

  private func ask(
    _ script: StoreScript, by name: String, _ text: String, _ keys: [String],
    _ words: (inout Command) -> Void, _ link: Link
  ) throws(ValkeyError) -> [Reply] {
    var command = Command(name, text, "\(keys.count)")
    for key in keys { command.add(key) }
    words(&command)
    guard link.promise == .isAsked, script != .beat else {
      return try link.connection.run([command])
    }
    // It answers sooner than we give up.
    let (seconds, attoseconds) = (patience.reply * 3 / 4).components
    let milliseconds = max(1, seconds * 1_000 + attoseconds / 1_000_000_000_000_000)
    return try link.connection.run([command, Command("WAITAOF", "1", "0", "\(milliseconds)")])
  }

  // MARK: Failing

  /// What is written next goes through another connection, which is looked at anew.
  private func giveUp(_ error: ValkeyError) -> LedgerError {
    link = nil
    wasDropped =
      switch error {
      case .closed, .connectionLost: true
      default: false
      }
    return ledgerError(error)
  }

  private func ledgerError(_ error: ValkeyError) -> LedgerError {
    let fault: StoreFault =
      switch error.cause {
      case nil: .unreachable(reason: "\(error)")
      case "LOADING", "BUSY", "TRYAGAIN": .unreachable(reason: error.words)
      case "NOAUTH", "WRONGPASS", "NOPERM", "DENIED": .denied(reason: error.words)
      case "OOM": .full
      case "READONLY", "MASTERDOWN": .isReplica
      case "MOVED", "CLUSTERDOWN", "CROSSSLOT": .isCluster
      case "WRONGTYPE": .corrupt(reason: "something else stands where it keeps its values")
      case "ERR" where error.words.contains("The user executing the script"):
        .denied(reason: error.words)
      default: .failed(reason: error.words)
      }
    return .store(store, fault)
  }
}

extension ValkeyError {
  /// The word in capitals for what went wrong, also within a script. Servers before 7 put the script's
  /// own words before it.
  fileprivate var cause: Substring? {
    guard let code, code == "ERR", case .refused(let message) = self,
      let inner = message.firstRange(of: ": -")
    else { return code }
    return message[inner.upperBound...].prefix { $0 != " " }
  }

  /// What the server says, or what happened. In which of our scripts it was says nothing to anybody,
  /// and would make one trouble look like many.
  fileprivate var words: String {
    guard case .refused(let message) = self else { return description }
    let end = message.firstRange(of: " script: ")?.lowerBound ?? message.endIndex
    return String(message[..<end])
  }
}
