/// Memory that the connections of one worker share, because each is done with it before the next
/// has its turn.
final class Workspace {
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

  /// Replaces `output` with the head of the response (RFC 9112, section 2.1).
  func writeHead(of response: Response, framing: Framing, version: Version, keepsAlive: Bool) {
    output.removeAll(keepingCapacity: output.capacity < 256 * 1024)
    write("HTTP/1.1 ")
    write(String(response.status.code))
    write(" ")
    write(response.status.reason)
    writeDate()
    for entry in response.fields.entries {
      output.append(contentsOf: response.fields.bytes[entry.name])
      write(": ")
      output.append(contentsOf: response.fields.bytes[entry.value])
      write("\r\n")
    }
    switch framing {
    case .length(let count):
      if !response.status.isBodiless {
        write("Content-Length: ")
        write(String(count))
        write("\r\n")
      }
      if !keepsAlive {
        write("Connection: close\r\n")
      } else if version == .http10 {
        write("Connection: keep-alive\r\n")
      }
    case .chunked: write("Transfer-Encoding: chunked\r\n")
    case .untilClose: write("Connection: close\r\n")
    }
    write("\r\n")
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
