import HTTPServer
import Platform

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A line for every response: when it was made (UTC, ISO 8601), the address of the client (as the
/// proxies that are trusted say; `unix` for the Unix socket), the request's method and path, the status, and how long the response took to make. A dash stands for
/// what was not understood of a request that is refused. Never a query: there may be a vote in it; and never a
/// code: whoever has it can vote.
func requestLog(
  _ log: Log, trusting proxies: TrustedProxies = TrustedProxies(),
  now: @escaping @Sendable () -> Date = { Date() }
) -> ResponseObserver {
  let time = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
  return { exchange in
    let (seconds, attoseconds) = exchange.duration.components
    let microseconds = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    let client = exchange.peer.map {
      proxies.client(behind: $0, forwardedFor: exchange.forwardedFor).description
    }
    log(
      """
      \(now().formatted(time)) \(client ?? "-") \(exchange.method?.name ?? "-") \
      \(exchange.encodedPath.map(withoutCode) ?? "-") \(exchange.status.code) \(microseconds) µs
      """)
  }
}

/// The path with nothing behind `/C/`, the address of a card, wherever a proxy has put that and however
/// its letter is written.
private func withoutCode(_ path: Substring) -> String {
  let segments = path.split(separator: "/", omittingEmptySubsequences: false)
  let isLetter = { (segment: Substring) in ["c", "%43", "%63"].contains(segment.lowercased()) }
  guard let index = segments.dropLast().firstIndex(where: isLetter) else { return String(path) }
  return segments[...index].joined(separator: "/") + "/…"
}
