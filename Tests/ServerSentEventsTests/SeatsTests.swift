import Platform
import Testing

@testable import ServerSentEvents

@Suite("Seats")
final class SeatsTests {
  private let socket: Descriptor
  private var seats = Seats()

  init() throws { socket = try Descriptor(readingFrom: "/dev/null") }

  private var seat: Seats.Seat { Seats.Seat(socket: SocketNumber(of: socket), isChunked: true) }

  @Test("whoever comes takes a seat that was left, and nobody else moves")
  func reuse() {
    let first = (0..<3).map { _ in seats.take(seat, isNew: false) }
    #expect(first == [0, 1, 2])
    seats.setBehind(true, at: 2)
    seats.leave(1)
    #expect(seats[1] == nil)
    #expect(seats[2]?.isBehind == true)
    #expect(seats.take(seat, isNew: false) == 1)
    #expect(seats[1]?.isBehind == false)
    #expect(seats.take(seat, isNew: false) == 3)
    #expect(seats.count == 4)
  }

  @Test(
    "who comes during a broadcast is new until the next one, and whoever had the seat does not matter"
  )
  func newcomers() {
    _ = seats.take(seat, isNew: false)
    let position = seats.take(seat, isNew: true)
    #expect((0..<2).map { seats[$0]?.isNew } == [false, true])
    seats.leave(position)
    #expect(seats.take(seat, isNew: true) == position)
    seats.admitNewcomers()
    #expect(seats[position]?.isNew == false)
    seats.leave(position)
    seats.admitNewcomers()
    #expect(seats[position] == nil)
  }

  @Test("when the last subscriber leaves, a broadcast has no seat to look at any more")
  func empty() {
    let positions = (0..<3).map { _ in seats.take(seat, isNew: true) }
    for position in positions { seats.leave(position) }
    #expect(seats.count == 0)
    #expect(seats.take(seat, isNew: false) == 0)
    seats.admitNewcomers()
    #expect(seats.count == 1)
  }

  @Test("a seat takes eight bytes, so that eight of them share a line of the cache")
  func size() {
    #expect(MemoryLayout<Seats.Seat?>.stride == 8)
  }
}
