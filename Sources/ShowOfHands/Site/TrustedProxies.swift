import HTTPServer
import Platform

/// The proxies whose word is taken for where a request came from.
struct TrustedProxies: Equatable, Sendable {
  private var blocks: [AddressBlock] = []
  /// Who may connect to the Unix socket is a proxy of the host's.
  private var trustsUnixSocket = false

  /// Far more than there are in front of any server.
  static let maxBlocks = 64
  /// So many of the addresses that a request brings are looked at, the nearest first.
  static let maxHops = 32

  /// None of them.
  init() {}

  /// Reads a list with commas: addresses, blocks of addresses such as `10.0.0.0/8`, and `unix`.
  /// - Returns: `nil` for anything else.
  init?(_ text: String) {
    let words = text.split(separator: ",", omittingEmptySubsequences: false)
      .map(\.trimmingSpaces)
    guard words.count <= Self.maxBlocks else { return nil }
    for word in words {
      if word == "unix" {
        trustsUnixSocket = true
      } else if let block = AddressBlock(word) {
        blocks.append(block)
      } else {
        return nil
      }
    }
  }

  /// Who sent a request, as far as the proxies that are trusted know: the nearest address that is not
  /// one of theirs. What is left of it, and of anything that is no address, anybody may have written.
  ///
  /// - Parameters:
  ///   - peer: who is connected to us.
  ///   - lines: of `X-Forwarded-For`; every proxy adds whom it had the request from at the end.
  func client(behind peer: PeerAddress, forwardedFor lines: [String]) -> PeerAddress {
    guard trusts(peer) else { return peer }
    var client = peer
    var hops = lines.flatMap { $0.split(separator: ",") }.suffix(Self.maxHops)
      .map(\.trimmingSpaces).filter { !$0.isEmpty }
    while trusts(client), let hop = hops.popLast(), let sender = PeerAddress(hop: hop) {
      client = sender
    }
    return client
  }

  private func trusts(_ address: PeerAddress) -> Bool {
    switch address {
    case .unix: trustsUnixSocket
    case .internet(let address): blocks.contains { $0.contains(address) }
    }
  }
}

/// The addresses whose first bits are the same (RFC 4632, section 3.1).
private struct AddressBlock: Equatable, Sendable {
  private let address: InternetAddress
  private let bits: Int

  /// - Returns: `nil` for anything but an address, and perhaps a slash and a number of bits.
  init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = parts.first.flatMap({ InternetAddress($0) }) else { return nil }
    let bits = parts.count == 2 ? Int(parts[1]) : address.width
    guard let bits, (0...address.width).contains(bits) else { return nil }
    self.address = address
    self.bits = bits
  }

  func contains(_ other: InternetAddress) -> Bool { address.shares(first: bits, with: other) }
}

extension PeerAddress {
  /// Reads an address as proxies write it: alone or with a port, an IPv6 address then in brackets;
  /// `unix:` for who came to the proxy through a Unix socket.
  fileprivate init?(hop: String) {
    if hop == "unix:" {
      self = .unix
      return
    }
    var address = hop[...]
    if address.hasPrefix("[") {
      address = address.dropFirst().prefix { $0 != "]" }
    } else if address.count(where: { $0 == ":" }) == 1 {
      address = address.prefix { $0 != ":" }
    }
    guard let address = InternetAddress(address) else { return nil }
    self = .internet(address)
  }
}
