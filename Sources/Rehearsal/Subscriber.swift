import EventLoop
import Platform

/// One connection that follows the event stream. It belongs to `Subscribers`.
final class Subscriber {
  let socket: Descriptor
  private(set) var isConnecting = true
  private var reader = TallyReader()

  /// Begins to connect.
  init(to address: SocketAddress, from source: SocketAddress?) throws(SystemError) {
    socket = try Descriptor(connectingTo: address, from: source)
  }

  var tally: Tally? { reader.tally }
  /// The votes of its tally; less than any tally's before it has one.
  var total: Int { tally?.total ?? -1 }
  var talliesCount: Int { reader.count }

  /// The connection has come about, or failed: asks for the stream.
  func open(_ request: [UInt8]) throws(SystemError) {
    try socket.finishConnecting()
    isConnecting = false
    try socket.send(request)
  }

  /// Reads what has come, or the beginning of it.
  /// - Throws: `.ended` for a connection that is over.
  func read() throws(TallyReader.Fault) {
    try unsafe withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) {
      buffer throws(TallyReader.Fault) in
      guard let count = try unsafe receive(into: buffer) else { return }
      if count == 0 { throw .ended }
      try unsafe reader.read(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  private func receive(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(TallyReader.Fault) -> Int? {
    do throws(SystemError) {
      return try unsafe socket.receive(into: buffer)
    } catch {
      throw .ended
    }
  }
}
