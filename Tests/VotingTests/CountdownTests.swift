import EventLoop
import TestSupport
import Testing

@testable import Voting

@Suite("A countdown")
struct CountdownTests {
  /// With votes, of which the last comes when the time is over.
  private func play(
    _ hall: Hall, _ clock: ManualClock, _ body: () async throws -> Void
  ) async throws {
    _ = try await hall.box.cast(.yes)
    try await hall.box.perform(.countdown(.start(seconds: 30)))
    clock.advance(by: .seconds(30))
    _ = try await hall.box.cast(.no)
    clock.advance(by: .milliseconds(Room.graceMilliseconds - 1))
    _ = try await hall.box.cast(.no)
    #expect(hall.box.round?.isOpen == true)
    try await body()
    clock.advance(by: .milliseconds(1))
  }

  @Test(
    "a countdown closes the round after the grace, and all that came before is counted",
    arguments: Storage.allCases)
  func closes(storage: Storage) async throws {
    let clock = ManualClock()
    let hall = try Hall(storage, clock: .manual(clock))
    try await play(hall, clock) {}
    try await eventually { hall.box.round?.isOpen == false }
    #expect(hall.box.snapshot.tally == Tally(yes: 1, no: 2))
    #expect(
      hall.box.standing.record.map(\.kind) == [.opened, .countdownStarted, .closedByCountdown])
    #expect(await hall.box.refusal(of: .yes) == .closed)
  }

  @Test("a countdown that is cancelled, or whose round is closed, closes nothing")
  func cancelled() async throws {
    let clock = ManualClock()
    let hall = try Hall(.memory, clock: .manual(clock))
    try await play(hall, clock) { try await hall.box.perform(.countdown(.cancel)) }
    try await hall.box.perform(.countdown(.start(seconds: 10)))
    try await hall.box.perform(.again)
    clock.advance(by: .seconds(60))
    _ = try await hall.box.cast(.yes)
    #expect(hall.box.round?.isOpen == true)
  }

  @Test("a countdown closes its round though the disk fails for a while")
  func failing() async throws {
    let clock = ManualClock()
    let hall = try Hall(.sqlite, clock: .manual(clock))
    try await play(hall, clock) { hall.disk.fail() }
    try await eventually { !hall.disk.faults.isEmpty }
    #expect(hall.box.round?.isOpen == true)
    hall.disk.fail(false)
    try await eventually {
      clock.advance(by: BallotBox.upkeepInterval)
      return hall.box.round?.isOpen == false
    }
  }

  @Test("a countdown goes on after a restart, with ten seconds at least")
  func restart() async throws {
    let first = try Hall(.sqlite)
    try await first.box.perform(.countdown(.start(seconds: 10)))
    let end = try #require(first.box.round?.closesAt)
    await first.box.finish()
    let clock = ManualClock()
    let second = try Hall(.sqlite, clock: .manual(clock), in: first.directory)
    #expect(second.box.round?.closesAt == end)
    clock.advance(by: .seconds(12))
    try await eventually { second.box.round?.isOpen == false }
  }
}
