/// How many people watch and vote, and for how long.
public struct Plan: Sendable, Equatable {
  public var screens: Int
  public var votesPerSecond: Int
  public var seconds: Int

  public static let screensRange = 1...200_000
  /// One server of this program's takes so many and keeps places for votes.
  public static let maxScreensOfOne = 14_000
  public static let votesPerSecondRange = 1...100_000
  public static let secondsRange = 1...600

  public init(screens: Int = 500, votesPerSecond: Int = 200, seconds: Int = 10) {
    precondition(Self.screensRange.contains(screens), "out of range")
    precondition(Self.votesPerSecondRange.contains(votesPerSecond), "out of range")
    precondition(Self.secondsRange.contains(seconds), "out of range")
    self.screens = screens
    self.votesPerSecond = votesPerSecond
    self.seconds = seconds
  }

  /// Connections that votes come over, one vote at a time each: enough for the rate while a
  /// response takes up to a quarter of a second.
  var voters: Int { min(max(votesPerSecond / 4, 8), 500) }

  /// Idle connections that browsers keep beside their streams: Chromium holds four connections to a
  /// page's server, and one of them is the stream.
  static let idleConnectionsPerScreen = 3

  /// Connections from one address to another: a system has some 28,000 ports for them.
  static let maxConnections = 24_000

  /// Open files that the server needs, and so this process, for streams and votes: the server keeps
  /// an eighth of its connections from the streams, and some descriptors for its own files.
  public var openFiles: Int { (screens + voters) * 8 / 7 + Self.otherFiles }

  /// How many screens there may be under a limit on open files; may be less than one.
  public func maxScreens(openFiles: Int) -> Int {
    (openFiles - Self.otherFiles) * 7 / 8 - voters
  }

  /// How many idle connections this process opens: those of all screens, as far as its limit on
  /// open files and the system's ports go.
  func idleConnections(openFiles: Int) -> Int {
    let rest = min(openFiles - Self.otherFiles, Self.maxConnections) - screens - voters
    return min(screens * Self.idleConnectionsPerScreen, max(0, rest))
  }

  /// How many screens a process holds that does nothing else; may be less than one.
  public static func maxScreensHeld(openFiles: Int) -> Int {
    min(openFiles - otherFiles, maxConnections)
  }

  private static let otherFiles = 128
}
