import EventLoop
import Platform
import Synchronization

/// The files of a folder, in memory. Threads read the disk, loops never do.
final class StaticFileStore: Sendable {
  private struct State {
    /// By the paths they are asked for.
    var files: [String: StaticFile]
    /// When the folder was looked at last, or begun to be.
    var checked: Instant
    /// A thread is at it.
    var isChecking = false
    /// It takes longer than anybody waits: nobody waits for this check.
    var isSlow = false
    var waiting: [CheckedContinuation<Void, Never>] = []
    /// What the log knows, until the folder is well again.
    var fault: StaticFilesError?
  }

  private let folder: StaticFolder
  private let limits: StaticFileLimits
  private let clock: LoopClock
  private let log: Log
  private let state: Mutex<State>

  /// Reads the folder, now.
  init(
    _ folder: String, limits: StaticFileLimits, clock: LoopClock, log: Log
  ) throws(StaticFilesError) {
    self.folder = try StaticFolder(folder, limits: limits)
    self.limits = limits
    self.clock = clock
    self.log = log
    let files = try self.folder.read(keeping: [:])
    state = Mutex(State(files: files, checked: clock.now))
  }

  /// The file at a decoded path, as it is now or was `limits.checkInterval` ago.
  nonisolated(nonsending) func file(at path: String, for response: Response) async -> StaticFile? {
    if beginsCheck() { startCheck() }
    await waitForCheck(on: response.loop)
    return state.withLock { $0.files[path.last == "/" ? path + "index.html" : path] }
  }

  // MARK: Looking at the folder

  /// Whether it is time to look again, and nobody does; the caller has to.
  private func beginsCheck() -> Bool {
    let now = clock.now
    return state.withLock { state in
      if state.isChecking || now - state.checked < limits.checkInterval { return false }
      state.checked = now
      state.isChecking = true
      return true
    }
  }

  private func startCheck() {
    do {
      try SystemThread.start(name: "files") { self.check() }
    } catch {
      // Too many threads: the files are as they were, and the next second is another chance.
      endCheck { _ in }
    }
  }

  private func check() {
    let old = state.withLock { $0.files }
    do throws(StaticFilesError) {
      let files = try folder.read(keeping: old)
      endCheck { state in
        state.files = files
        state.fault = nil
      }
    } catch {
      let isNew = state.withLock { state in
        defer { state.fault = error }
        return state.fault != error
      }
      if isNew { log("files are served as they were: \(error)") }
      endCheck { _ in }
    }
  }

  private func endCheck(_ change: (inout State) -> Void) {
    let waiting = state.withLock { state in
      change(&state)
      state.isChecking = false
      state.isSlow = false
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }

  // MARK: Waiting

  private nonisolated(nonsending) func waitForCheck(on loop: EventLoop?) async {
    guard state.withLock({ $0.isChecking && !$0.isSlow }) else { return }
    let timer = loop?.schedule(after: limits.maxWait) { self.stopWaiting() }
    await withCheckedContinuation { continuation in
      let isOver = state.withLock { state in
        let isOver = !state.isChecking || state.isSlow
        if !isOver { state.waiting.append(continuation) }
        return isOver
      }
      if isOver { continuation.resume() }
    }
    if let loop, let timer { loop.cancel(timer) }
  }

  /// A disk that hangs holds nobody up.
  private func stopWaiting() {
    let waiting = state.withLock { state in
      if state.isChecking { state.isSlow = true }
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }
}
