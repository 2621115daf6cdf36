import EventLoop
import Platform

/// Memory that the connections of one worker share, because each is done with it before the next
/// has its turn; and the budget for what each keeps.
final class SharedBuffers {
  /// Where bytes arrive.
  var input = [UInt8](repeating: 0, count: 64 * 1024)
  /// Where a response is put together.
  var output = ResponseWriter()
  let budget: MemoryBudget

  init(budget: MemoryBudget) { self.budget = budget }

  /// Takes what has arrived, as `Descriptor.receive` does, to the start of `input`.
  func receive(from socket: borrowing Descriptor) throws(SystemError) -> Int? {
    try unsafe input.withUnsafeMutableBufferPointer { buffer throws(SystemError) in
      try unsafe socket.receive(into: UnsafeMutableRawBufferPointer(buffer))
    }
  }
}
