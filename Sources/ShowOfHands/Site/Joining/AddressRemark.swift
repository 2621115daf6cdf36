/// What a host should know of an address. The desk's page has words of its own for each, in
/// `Views/words`; the terminal has these.
enum AddressRemark: Hashable, Sendable {
  case recommended
  case publicURL
  case host
  case local
  case chosen
  case cable
  case wifi
  case network(String)
  case virtual(String)
  case container(String)
  case tunnel(String)
  case shared
  case publicIPv4
  case publicIPv6
  case ipv6
  case pastProxy

  /// As the words of a language call it, behind `address.`.
  var code: String {
    switch self {
    case .recommended: "recommended"
    case .publicURL: "publicURL"
    case .host: "host"
    case .local: "local"
    case .chosen: "chosen"
    case .cable: "cable"
    case .wifi: "wifi"
    case .network: "network"
    case .virtual: "virtual"
    case .container: "container"
    case .tunnel: "tunnel"
    case .shared: "shared"
    case .publicIPv4: "public4"
    case .publicIPv6: "public6"
    case .ipv6: "ipv6"
    case .pastProxy: "pastProxy"
    }
  }

  /// Of the interface, where the words quote it.
  var name: String? {
    switch self {
    case .network(let name), .virtual(let name), .container(let name), .tunnel(let name): name
    default: nil
    }
  }

  var text: String {
    switch self {
    case .recommended: "recommended"
    case .publicURL: "as --public-url says"
    case .host: "as --host says"
    case .local: "on this machine only"
    case .chosen: "chosen here; not one of this machine's own now"
    case .cable: "cable"
    case .wifi: "Wi-Fi"
    case .network(let name): "network \(name)"
    case .virtual(let name): "inside this machine (\(name)): phones do not reach it"
    case .container(let name): "a container's network (\(name)): phones hardly reach it"
    case .tunnel(let name): "VPN or tunnel (\(name)): phones are hardly in it"
    case .shared: "an address of a provider or a VPN: phones hardly reach it"
    case .publicIPv4: "public address: browsers may warn of its plain http"
    case .publicIPv6: "public IPv6 address: browsers may warn of its plain http"
    case .ipv6: "IPv6"
    case .pastProxy: "past the proxy: no cookies, a new voter at every visit"
    }
  }
}

extension [AddressRemark] {
  var text: String { map(\.text).joined(separator: ", ") }

  /// For scripts that have words of their own: `virtual docker0|recommended`.
  var codes: String {
    map { remark in remark.name.map { "\(remark.code) \($0)" } ?? remark.code }
      .joined(separator: "|")
  }
}
