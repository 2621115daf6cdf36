import Platform

/// Every address at which phones may find this server, the most likely one first.
///
/// The wrong address is the commonest reason why nobody gets in, and only a phone can tell. So they
/// are ranked, and none is dropped but those that no phone can reach: loopback and link-local ones.
struct JoinAddresses: Equatable, Sendable {
  /// At least one.
  let all: [JoinAddress]
  /// What leads here without any network, for the host's own browser; none where the server listens
  /// elsewhere only, or where it is among them all.
  let onThisMachine: [JoinAddress]

  var best: JoinAddress { all[0] }

  /// What the host should do where phones hardly find the server by itself; `nil` where they may.
  private(set) var warning: String?

  /// - Parameters:
  ///   - interfaces: of this machine, as they are now.
  ///   - port: `nil` where only a proxy reaches the server: then the public address is the only one,
  ///     or where nobody said one, the proxy is taken to be on this machine.
  ///   - host: where the server listens; `nil`, `::` and `0.0.0.0` are all interfaces.
  ///   - publicURL: wins, where a proxy is in front.
  init(
    interfaces: [NetworkInterface], port: Int?, host: String? = nil, publicURL: PublicURL? = nil
  ) {
    if port == nil, let publicURL {
      all = [JoinAddress(publicURL, note: Self.publicNote)]
      onThisMachine = []
      return
    }
    let port = port ?? WebOrigin.Scheme.http.port
    let isOpenToAll = host == nil || host == "::" || host == "0.0.0.0"
    let reachable = interfaces.filter { interface in
      guard Self.isReachable(interface) else { return false }
      return isOpenToAll ? host != "0.0.0.0" || !interface.isIPv6 : interface.address == host
    }
    let ranked = Self.ranked(reachable)
    var all = ranked.map { JoinAddress(host: $0.address, port: port, note: $0.note) }
    if let host, !isOpenToAll, all.isEmpty {
      all = [JoinAddress(host: host, port: port, note: Self.note(onHost: host))]
    }
    if let publicURL {
      if publicURL.keepsCookiesToItself { all = all.map { $0.noted(Self.pastProxyNote) } }
      all.insert(JoinAddress(publicURL, note: Self.publicNote), at: 0)
    } else if let first = ranked.first, first.isLikely {
      all[0].note += ", recommended"
    }
    let local = JoinAddress(host: "localhost", port: port, note: "on this machine only")
    self.all = all.isEmpty ? [local] : all
    if publicURL == nil, !ranked.isEmpty, !ranked.contains(where: \.isLikely) {
      warning =
        "phones hardly reach the addresses that are known here, as in a container: say with "
        + "--public-url which one leads here"
    }
    onThisMachine = isOpenToAll && !all.isEmpty ? [local] : []
  }

  private static let pastProxyNote = "past the proxy: no cookies, a new voter at every visit"
  private static let publicNote = "as --public-url says, recommended"

  private static func note(onHost host: String) -> String {
    host == "localhost" || host == "::1" || host.hasPrefix("127.")
      ? "on this machine only, as --host says" : "as --host says"
  }

  /// Not by this machine alone, and with an address that leads back here from another one.
  private static func isReachable(_ interface: NetworkInterface) -> Bool {
    interface.isUp && !interface.isLoopback
      && AddressRange(of: interface.address) != .linkLocal
  }

  // MARK: Ranking

  /// Best first; of equals, in the system's order.
  private static func ranked(_ interfaces: [NetworkInterface]) -> [RankedInterface] {
    let candidates = interfaces.map(RankedInterface.init)
    let hasLikelyIPv4 = candidates.contains { $0.isLikely && !$0.interface.isIPv6 }
    let ranked = candidates.enumerated().sorted { one, other in
      let ranks = (
        one.element.rank(hasLikelyIPv4: hasLikelyIPv4),
        other.element.rank(hasLikelyIPv4: hasLikelyIPv4)
      )
      return ranks.0 == ranks.1
        ? one.offset < other.offset : ranks.0.lexicographicallyPrecedes(ranks.1)
    }
    return ranked.map(\.element)
  }
}

/// An interface with what speaks for it and against it.
private struct RankedInterface {
  let interface: NetworkInterface
  let kind: InterfaceKind
  let range: AddressRange

  init(_ interface: NetworkInterface) {
    self.interface = interface
    let kind = InterfaceKind(ofName: interface.name)
    self.kind =
      interface.isPointToPoint
      ? max(kind, .tunnel) : interface.isVeth ? max(kind, .virtual) : kind
    range = AddressRange(of: interface.address)
  }

  var address: String { interface.address }

  /// Phones may be on the other side of it.
  var isLikely: Bool { kind < .virtual && range != .shared }

  /// What counts most comes first; less is better.
  ///
  /// - Parameter hasLikelyIPv4: otherwise a long address that leads here is better than a short one
  ///   that does not.
  func rank(hasLikelyIPv4: Bool) -> [Int] {
    [
      interface.isIPv6 && hasLikelyIPv4 ? 1 : 0,
      isLikely ? 0 : 1,
      interface.isIPv6 ? 1 : 0,
      interface.hasDefaultRoute ? 0 : 1,
      range.rawValue,
      kind == .other ? 1 : 0,
    ]
  }

  var note: String {
    let network =
      switch kind {
      case .wired: "cable"
      case .wireless: "Wi-Fi"
      case .other: "network \(interface.name)"
      case .virtual where interface.isVeth:
        "a container's network (\(interface.name)): phones hardly reach it"
      case .virtual: "inside this machine (\(interface.name)): phones do not reach it"
      case .tunnel: "VPN or tunnel (\(interface.name)): phones are hardly in it"
      }
    let remark: String? =
      switch range {
      case .shared where kind < .virtual:
        "an address of a provider or a VPN: phones hardly reach it"
      case .elsewhere where !interface.isIPv6: "public address: browsers may warn of its plain http"
      case .elsewhere: "public IPv6 address: browsers may warn of its plain http"
      case .private6: "IPv6"
      default: nil
      }
    return [network, remark].compactMap(\.self).joined(separator: ", ")
  }
}
