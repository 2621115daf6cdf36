@testable import HTTPServer

/// A head that arrives in two pieces comes out as one that arrives whole. The first byte of the
/// input says where it is cut.
func fuzzRequestHead(_ input: [UInt8]) {
  guard let first = input.first else { return }
  let wire = Array(input.dropFirst())
  let cut = min(Int(first), wire.count)
  let whole = parse(wire, arrivingUpTo: [wire.count])
  precondition(parse(wire, arrivingUpTo: [cut, wire.count]) == whole, "cut at \(cut)")
}

/// Everything that came of the bytes, in words.
private func parse(_ wire: [UInt8], arrivingUpTo ends: [Int]) -> String {
  var limits = Limits()
  limits.maxRequestLineBytes = 128
  limits.maxFieldsBytes = 256
  limits.maxFields = 8
  var parser = RequestParser(limits: RequestLimits(limits))
  do {
    for end in ends {
      guard let (head, byteCount) = try parser.parse(wire.span.extracting(first: end)) else {
        continue
      }
      check(head)
      return "\(head) \(byteCount)"
    }
    return "incomplete"
  } catch {
    return "\(error)"
  }
}

/// What every head promises to those who use it.
private func check(_ head: RequestHead) {
  precondition(Method.known.contains(head.method))
  // In bytes: a slash and a combining mark behind it are one `Character`.
  let slash = UInt8(ascii: "/")
  precondition(head.target == "*" ? head.path == "*" : head.target.utf8.first == slash)
  precondition(head.path == "*" || head.path.utf8.first == slash)
  precondition(!head.path.utf8.contains(0))
  precondition(head.version == .http10 || head.fields.values(of: "Host").count == 1)
  for entry in head.fields.entries {
    precondition(head.fields.bytes[entry.name].allSatisfy(\.isTokenByte) && !entry.name.isEmpty)
    precondition(head.fields.bytes[entry.value].allSatisfy { $0 == 9 || !$0.isControl })
  }
  if case .length(let count) = head.framing {
    precondition(count > 0 && count <= Limits().maxBodyBytes)
  }
}
