/// What a server says of itself.
public struct ServerFacts: Hashable, Sendable {
  /// As Redis counts them, also for Valkey, which says 7.2.4 for all that it can do of Redis.
  public struct Version: Hashable, Sendable, Comparable, CustomStringConvertible {
    public var major: Int
    public var minor: Int

    public init(_ major: Int, _ minor: Int) { (self.major, self.minor) = (major, minor) }

    init?(_ text: Substring) {
      let parts = text.split(separator: ".").prefix(2).map { Int($0) }
      guard parts.count == 2, let major = parts[0], let minor = parts[1] else { return nil }
      self.init(major, minor)
    }

    public static func < (one: Version, other: Version) -> Bool {
      (one.major, one.minor) < (other.major, other.minor)
    }

    public var description: String { "\(major).\(minor)" }
  }

  public var version: Version
  /// 40 digits that the process has drawn when it started: another process has others.
  public var runID: String
  /// It takes writes; a replica does not.
  public var isPrimary: Bool
  /// It has a log of writes (AOF).
  public var hasLog: Bool
  /// When the log goes to the disk: `always`, `everysec`, `no`; `nil` where it does not say.
  public var logSync: String?
  /// It goes there whenever it has to, also while a child process writes the log anew
  /// (`no-appendfsync-on-rewrite no`).
  public var alwaysKeepsToIt: Bool
  /// That take part in its input and output; `nil` where it does not say.
  public var ioThreads: Int?
  /// 0: as much as there is.
  public var maxMemory: Int
  /// `noeviction`: when it is full, it says so, and deletes nothing.
  public var evictionPolicy: String

  public static let alwaysSyncs = "always"
  public static let deletesNothing = "noeviction"

  /// - Parameters:
  ///   - info: what it answers to `INFO`.
  ///   - settings: what it answers to `CONFIG GET` of each of `settingNames`; an error is no answer.
  /// - Returns: `nil` where it leaves out what every server says.
  init?(info: String, settings: [Reply]) {
    let lines = info.split { $0 == "\r\n" || $0 == "\n" }
    func value(_ name: String) -> Substring? {
      lines.first { $0.hasPrefix("\(name):") }?.dropFirst(name.utf8.count + 1)
    }
    guard let version = value("redis_version").flatMap(Version.init),
      let runID = value("run_id"), !runID.isEmpty
    else { return nil }
    self.version = version
    self.runID = String(runID)
    // What is not said is taken for the worst.
    isPrimary = value("role") == "master"
    hasLog = value("aof_enabled") == "1"
    maxMemory = value("maxmemory").flatMap { Int($0) } ?? 1
    evictionPolicy = value("maxmemory_policy").map(String.init) ?? ""
    let values = settings.map { reply in
      reply.items.flatMap { $0.count == 2 ? $0[1].text : nil }
    }
    logSync = values[0]
    alwaysKeepsToIt = values[1] == "no"
    ioThreads = values[2].flatMap { Int($0) }
  }

  static let settingNames = ["appendfsync", "no-appendfsync-on-rewrite", "io-threads"]

  public init(
    version: Version, runID: String, isPrimary: Bool = true, hasLog: Bool = true,
    logSync: String? = alwaysSyncs, alwaysKeepsToIt: Bool = true, ioThreads: Int? = 1,
    maxMemory: Int = 0, evictionPolicy: String = deletesNothing
  ) {
    self.version = version
    self.runID = runID
    self.isPrimary = isPrimary
    self.hasLog = hasLog
    self.logSync = logSync
    self.alwaysKeepsToIt = alwaysKeepsToIt
    self.ioThreads = ioThreads
    self.maxMemory = maxMemory
    self.evictionPolicy = evictionPolicy
  }
}

extension ValkeyConnection {
  /// Asks the server what it is and how safely it keeps what it has.
  public func facts() throws(ValkeyError) -> ServerFacts {
    let settings = ServerFacts.settingNames.map { Command("CONFIG", "GET", $0) }
    let replies = try run([Command("INFO")] + settings)
    guard let info = try replies[0].value().text,
      let facts = ServerFacts(info: info, settings: Array(replies.dropFirst()))
    else { throw .unexpected(replies[0]) }
    return facts
  }
}
