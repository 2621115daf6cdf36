import EventLoop

/// Memory that the connections of one worker share, because each is done with it before the next
/// has its turn.
final class Workspace {
  /// How the end of a response's body is found (RFC 9112, section 6).
  enum Framing {
    case length(Int)
    case chunked
    /// The end of the connection ends the body (HTTP/1.0).
    case untilClose
  }

  /// Where bytes arrive.
  var input = [UInt8](repeating: 0, count: 64 * 1024)
  /// Where a response is put together.
  var output: [UInt8] = []

  private var date: [UInt8] = []
  private var dateDue = ContinuousClock.now

  /// Takes what has arrived, as `Descriptor.receive` does, to the start of `input`.
  func receive(from socket: borrowing Descriptor) throws(SystemError) -> Int? {
    try input.withUnsafeMutableBufferPointer { buffer throws(SystemError) in
      try socket.receive(into: UnsafeMutableRawBufferPointer(buffer))
    }
  }

  /// Replaces `output` with the response.
  /// - Returns: the file whose bytes are still to follow those in `output`.
  /// - Throws: `SystemError` when a file cannot be read.
  func write(
    _ response: Response, hasBody: Bool, version: Version, keepsAlive: Bool
  ) throws(SystemError) -> FileBody? {
    writeHead(
      of: response, framing: .length(response.bodyCount), version: version, keepsAlive: keepsAlive)
    guard hasBody else { return nil }
    switch response.body {
    case .none: return nil
    case .bytes(let bytes):
      output.append(contentsOf: bytes)
      return nil
    case .file(let file):
      // A small file leaves with its head.
      output.append(contentsOf: try file.read(upTo: FileBody.pieceBytesMax))
      return file.count > 0 ? file : nil
    }
  }

  /// Replaces `output` with the head of the response (RFC 9112, section 2.1).
  func writeHead(of response: Response, framing: Framing, version: Version, keepsAlive: Bool) {
    output.removeAll(keepingCapacity: output.capacity < 256 * 1024)
    write("HTTP/1.1 ")
    write(String(response.status.code))
    write(" ")
    write(response.status.reason)
    writeDate()
    writeFields(of: response, keepsAlive: keepsAlive)
    switch framing {
    case _ where response.status.isBodiless: break
    case .length(let count):
      write("Content-Length: ")
      write(String(count))
      write("\r\n")
    case .chunked: write("Transfer-Encoding: chunked\r\n")
    case .untilClose: break
    }
    if !keepsAlive {
      write("Connection: close\r\n")
    } else if version == .http10 {
      write("Connection: keep-alive\r\n")
    }
    write("\r\n")
  }

  /// The length of a body, and whether the connection ends, are the server's to say: a handler's
  /// other word on them would split the response in the eyes of whoever believes it.
  private func writeFields(of response: Response, keepsAlive: Bool) {
    let fields = response.fields
    for entry in fields.entries {
      func isNamed(_ name: String) -> Bool {
        fields.bytes[entry.name].elementsEqualIgnoringCase(name.utf8)
      }
      switch entry.name.count {
      case 10 where !keepsAlive && isNamed("connection"): continue
      case 14 where isNamed("content-length"): continue
      case 17 where isNamed("transfer-encoding"): continue
      default: break
      }
      output.append(contentsOf: fields.bytes[entry.line])
      write("\r\n")
    }
  }

  private func write(_ text: String) { output.append(contentsOf: text.utf8) }

  /// `Date` is made once a second (RFC 9110, section 6.6.1).
  private func writeDate() {
    let now = ContinuousClock.now
    if now >= dateDue {
      date = [UInt8]("\r\nDate: \(HTTPDate.now.text)\r\n".utf8)
      dateDue = now + .seconds(1)
    }
    output.append(contentsOf: date)
  }
}
