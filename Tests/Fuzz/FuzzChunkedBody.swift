@testable import HTTPServer

/// A body that arrives in two pieces, or byte by byte, comes out as one that arrives whole. The
/// first byte of the input says where it is cut.
func fuzzChunkedBody(_ input: [UInt8]) {
  guard let first = input.first else { return }
  let wire = Array(input.dropFirst())
  let cut = min(Int(first), wire.count)
  let whole = decode([wire[...]])
  precondition(decode([wire[..<cut], wire[cut...]]) == whole, "cut at \(cut)")
  precondition(decode(wire.indices.map { wire[$0...$0] }) == whole, "byte by byte")
}

/// Everything that came of the pieces, in words.
private func decode(_ pieces: [ArraySlice<UInt8>]) -> String {
  var limits = Limits()
  limits.maxBodyBytes = 64
  limits.maxFieldsBytes = 64
  limits.maxFields = 4
  var decoder = ChunkedDecoder(limits: RequestLimits(limits))
  var body: [UInt8] = []
  var consumed = 0
  do {
    for piece in pieces {
      let (count, isComplete) = try decoder.decode(piece.span, into: &body)
      consumed += count
      precondition(body.count <= limits.maxBodyBytes)
      precondition(isComplete || count == piece.count)
      if isComplete { return "\(body) \(consumed)" }
    }
    return "incomplete \(body)"
  } catch {
    return "\(error)"
  }
}
