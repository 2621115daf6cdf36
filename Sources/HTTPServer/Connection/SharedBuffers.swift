import EventLoop
import Platform

/// What the connections of one worker share: memory that each is done with before the next has its
/// turn, the budget for what each keeps, and their limits.
final class SharedBuffers {
  /// Where bytes arrive.
  var input = [UInt8](repeating: 0, count: 64 * 1024)
  /// Where a response is put together.
  var output = ResponseWriter()
  let budget: MemoryBudget
  let limits: Limits

  init(budget: MemoryBudget, limits: Limits) {
    self.budget = budget
    self.limits = limits
  }

  /// Takes what has arrived, as `Descriptor.receive` does, to the start of `input`.
  func receive(from socket: borrowing Descriptor) throws(SystemError) -> Int? {
    try unsafe input.withUnsafeMutableBufferPointer { buffer throws(SystemError) in
      try unsafe socket.receive(into: UnsafeMutableRawBufferPointer(buffer))
    }
  }
}
