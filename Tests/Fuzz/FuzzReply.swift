@testable import Valkey

/// Replies that arrive in two pieces, or byte by byte, come out as those that arrive whole, and cost no
/// more than they may. The first byte of the input says where it is cut.
func fuzzReply(_ input: [UInt8]) {
  guard let first = input.first else { return }
  let wire = Array(input.dropFirst())
  let cut = min(Int(first), wire.count)
  let whole = read([wire[...]])
  precondition(read([wire[..<cut], wire[cut...]]) == whole, "cut at \(cut)")
  precondition(read(wire.indices.map { wire[$0...$0] }) == whole, "byte by byte")
}

/// Everything that came of the pieces, in words.
private func read(_ pieces: [ArraySlice<UInt8>]) -> String {
  var limits = ReplyReader.Limits()
  limits.lineBytes = 32
  limits.stringBytes = 64
  limits.elements = 16
  limits.depth = 3
  limits.replyBytes = 128
  var reader = ReplyReader(limits: limits)
  var replies: [Reply] = []
  do {
    for piece in pieces {
      reader.append(piece)
      while let reply = try reader.next() { replies.append(reply) }
    }
    return "\(replies) \(reader.isInReply)"
  } catch {
    return "\(replies) \(error)"
  }
}
