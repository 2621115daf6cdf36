import EventLoop
package import Platform

/// Screens in processes of their own, each of which has as many as its limit on open files lets it.
actor Crowd: Screens {
  /// The screens of one process, all at one server.
  struct Part: Equatable {
    /// Its place among the servers.
    var server: Int
    var screens: Int
  }

  /// What is known of a part.
  private struct Known {
    var process: PipedProcess
    var openCount = 0
    var showing: (tally: Tally, screens: Int)?
    var tallies = 0
    var following: Task<Void, Never>?
  }

  private let parts: [Part]
  private let start: StartScreens
  private let showTimes: ShowTimes
  private var known: [Known] = []
  private var isClosed = false
  private var nextAsked = LoopClock.system.now
  private(set) var failure: Failure?

  /// - Parameter showTimes: of as many groups as there are parts.
  init(_ parts: [Part], _ showTimes: ShowTimes, start: @escaping StartScreens) {
    self.parts = parts
    self.showTimes = showTimes
    self.start = start
  }

  /// Deals the screens out evenly to the servers, and those of each to as few processes as hold them.
  static func parts(screens: Int, servers: Int, maxPerProcess: Int) -> [Part] {
    (0..<servers).flatMap { server in
      let count = (screens + server) / servers
      let processes = (count + maxPerProcess - 1) / maxPerProcess
      return (0..<processes).map { Part(server: server, screens: (count + $0) / processes) }
    }
  }

  func open() {
    for (index, part) in parts.enumerated() where failure == nil {
      do throws(SystemError) {
        var new = Known(process: try start(part.server, part.screens, index))
        new.following = Task { [lines = new.process.lines] in
          for await line in lines { hear(line, from: index) }
          await end(index)
        }
        known.append(new)
      } catch {
        fail(.system(error))
      }
    }
  }

  private func hear(_ line: String, from index: Int) {
    switch ScreensMessage(line: line) {
    case .open(let count): known[index].openCount = count
    case .shown(let total, let at): showTimes.shown(total: total, at: at, by: index)
    case .showing(let tally, let screens, let tallies):
      known[index].showing = (tally, screens)
      known[index].tallies = tallies
    case .failed(let failure): fail(failure.with(open: openCount))
    case nil: break
    }
  }

  /// Its output is over.
  private func end(_ index: Int) async {
    let status = await known[index].process.exitStatus()
    if !isClosed { fail(.screensEnded(status)) }
  }

  private func fail(_ failure: Failure) {
    if self.failure == nil { self.failure = failure }
  }

  // MARK: Looking

  var openCount: Int { known.reduce(0) { $0 + $1.openCount } }
  /// As of the last time `count` asked.
  var talliesCount: Int { known.reduce(0) { $0 + $1.tallies } }

  /// As the processes answered last; they are asked ten times a second at most.
  func count(showing tally: Tally) -> Int {
    let now = LoopClock.system.now
    if now >= nextAsked {
      for part in known { part.process.send(ScreensQuestion.line(tally)) }
      nextAsked = now + .milliseconds(100)
    }
    return known.reduce(0) {
      guard let showing = $1.showing, showing.tally == tally else { return $0 }
      return $0 + showing.screens
    }
  }

  /// Ends the processes; there is nothing to tidy up in them.
  func close() async {
    isClosed = true
    for part in known { part.process.send(.kill) }
    for part in known {
      _ = await part.process.exitStatus()
      await part.following?.value
    }
  }
}

/// Starts a process that calls `holdScreens`.
/// - Parameters:
///   - server: its place among the servers.
///   - source: tells the process from the others.
package typealias StartScreens =
  @Sendable (_ server: Int, _ screens: Int, _ source: Int) throws(SystemError) -> PipedProcess
