import Foundation
import Testing

@testable import Platform

@Suite("Waiting for a descriptor")
struct PollEventsTests {
  private func pair() throws -> (Int32, Int32) {
    var ends: [Int32] = [0, 0]
    try systemCall("socketpair") { unsafe socketpair(AF_UNIX, Platform.streamSocket, 0, &ends) }
    for end in ends { try systemCall("fcntl") { fcntl(end, F_SETFL, O_NONBLOCK) } }
    return (ends[0], ends[1])
  }

  @Test("a thread waits until there is something to read or room to write, and no longer than told")
  func wait() throws {
    let ends = try pair()
    let one = Descriptor(owning: ends.0)
    let other = Descriptor(owning: ends.1)
    let nothing = try one.wait(for: .readable, upTo: .milliseconds(1))
    let past = try one.wait(for: .readable, upTo: .seconds(-1))
    let room = try one.wait(for: [.readable, .writable], upTo: .seconds(20))
    #expect(nothing == [] && past == [] && room == .writable)
    let sent = try other.send([1, 2, 3][...])
    let arrived = try one.wait(for: .readable, upTo: .seconds(20))
    #expect(sent == 3 && arrived == .readable)
    var bytes = [UInt8](repeating: 0, count: 8)
    let taken = try one.receive(into: &bytes)
    let none = try one.receive(into: &bytes)
    #expect(taken == 3 && bytes.prefix(3) == [1, 2, 3] && none == nil)
    while try one.send([UInt8](repeating: 0, count: 1 << 16)[...]) > 0 {}
    let full = try one.wait(for: .writable, upTo: .milliseconds(1))
    _ = consume other
    let end = try one.wait(for: .readable, upTo: .seconds(20))
    #expect(full == [] && end == .readable)
  }
}
