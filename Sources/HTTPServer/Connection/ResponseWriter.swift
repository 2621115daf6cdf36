import EventLoop
import Platform

/// Puts a response together as it is sent.
struct ResponseWriter {
  /// How the end of a response's body is found (RFC 9112, section 6).
  enum Framing {
    case length(Int)
    case chunked
    /// The end of the connection ends the body (HTTP/1.0).
    case untilClose
  }

  private(set) var bytes: [UInt8] = []
  private var date: [UInt8] = []
  private var dateDue: Instant?

  /// A body is copied behind its head up to this: both leave with one write, and a small body whole.
  private static let maxCopiedBytes = 16 * 1024

  /// Replaces `bytes` with the response.
  /// - Returns: the rest of the body, which is still to follow those in `bytes`.
  mutating func write(_ response: Response, keepsAlive: Bool, at now: Instant) -> ArraySlice<UInt8>
  {
    let body = response.bodyBytes
    writeHead(of: response, framing: .length(body.count), keepsAlive: keepsAlive, at: now)
    guard response.hasBody else { return [] }
    bytes.append(contentsOf: body.prefix(Self.maxCopiedBytes))
    return body.dropFirst(Self.maxCopiedBytes)
  }

  /// Replaces `bytes` with the head of the response (RFC 9112, section 2.1).
  mutating func writeHead(
    of response: Response, framing: Framing, keepsAlive: Bool, at now: Instant
  ) {
    bytes.removeAll(keepingCapacity: bytes.capacity < 256 * 1024)
    write(response.status.line)
    endLine()
    writeDate(at: now)
    writeFields(of: response, keepsAlive: keepsAlive)
    switch framing {
    case _ where response.status.isBodiless: break
    case .length(let count):
      write("Content-Length: ")
      write(decimal: count)
      endLine()
    case .chunked: write("Transfer-Encoding: chunked\r\n")
    case .untilClose: break
    }
    if !keepsAlive {
      write("Connection: close\r\n")
    } else if response.version == .http10 {
      write("Connection: keep-alive\r\n")
    }
    endLine()
  }

  /// The length of a body, and whether the connection ends, are the server's to say: a handler's
  /// other word on them would split the response in the eyes of whoever believes it.
  private mutating func writeFields(of response: Response, keepsAlive: Bool) {
    let fields = response.fields
    let lines = fields.bytes.span
    // Lines that follow each other there are copied together.
    var together = 0..<0
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
      let (start, end) = (entry.line.lowerBound, together.upperBound)
      if !together.isEmpty, start == end + 2, lines.extracting(end..<start).equals("\r\n") {
        together = together.lowerBound..<entry.line.upperBound
      } else {
        writeLines(lines.extracting(together))
        together = entry.line
      }
    }
    writeLines(lines.extracting(together))
  }

  private mutating func writeLines(_ lines: Span<UInt8>) {
    if lines.isEmpty { return }
    bytes.append(contentsOf: lines)
    endLine()
  }

  private mutating func write(_ text: String) { bytes.append(contentsOf: text.utf8Span.span) }

  /// - Parameter number: not negative.
  private mutating func write(decimal number: Int) {
    if number >= 10 { write(decimal: number / 10) }
    bytes.append(UInt8(ascii: "0") + UInt8(number % 10))
  }

  private mutating func endLine() {
    bytes.append(.carriageReturn)
    bytes.append(.lineFeed)
  }

  /// `Date` is made once a second (RFC 9110, section 6.6.1).
  private mutating func writeDate(at now: Instant) {
    if dateDue.map({ now >= $0 }) ?? true {
      date = [UInt8]("Date: \(HTTPDate.now.text)\r\n".utf8)
      dateDue = now + .seconds(1)
    }
    bytes.append(contentsOf: date)
  }
}
