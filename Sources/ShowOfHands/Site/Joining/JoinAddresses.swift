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
      all = [JoinAddress(publicURL, remarks: [.publicURL, .recommended])]
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
    var all = ranked.map { JoinAddress(host: $0.address, port: port, remarks: $0.remarks) }
    if let host, !isOpenToAll, all.isEmpty {
      all = [JoinAddress(host: host, port: port, remarks: Self.remarks(onHost: host))]
    }
    if let publicURL {
      if publicURL.keepsCookiesToItself {
        for index in all.indices { all[index].remarks.append(.pastProxy) }
      }
      all.insert(JoinAddress(publicURL, remarks: [.publicURL, .recommended]), at: 0)
    } else if let first = ranked.first, first.isLikely {
      all[0].remarks.append(.recommended)
    }
    let local = JoinAddress(host: "localhost", port: port, remarks: [.local])
    self.all = all.isEmpty ? [local] : all
    if publicURL == nil, !ranked.isEmpty, !ranked.contains(where: \.isLikely) {
      warning =
        "phones hardly reach the addresses that are known here, as in a container: say with "
        + "--public-url which one leads here"
    }
    onThisMachine = isOpenToAll && !all.isEmpty ? [local] : []
  }

  private static func remarks(onHost host: String) -> [AddressRemark] {
    host == "localhost" || host == "::1" || host.hasPrefix("127.") ? [.local, .host] : [.host]
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

  var remarks: [AddressRemark] {
    let network: AddressRemark =
      switch kind {
      case .wired: .cable
      case .wireless: .wifi
      case .other: .network(interface.name)
      case .virtual where interface.isVeth: .container(interface.name)
      case .virtual: .virtual(interface.name)
      case .tunnel: .tunnel(interface.name)
      }
    let more: AddressRemark? =
      switch range {
      case .shared where kind < .virtual: .shared
      case .elsewhere: interface.isIPv6 ? .publicIPv6 : .publicIPv4
      case .private6: .ipv6
      default: nil
      }
    return [network, more].compactMap(\.self)
  }
}
