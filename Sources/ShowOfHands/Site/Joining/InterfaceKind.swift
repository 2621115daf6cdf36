/// What a network interface is for, as its name says.
enum InterfaceKind: Comparable {
  case wired
  case wireless
  /// The name does not say: `en0` on a Mac, `br0`.
  case other
  /// Between this machine and what runs in it: containers, virtual machines.
  case virtual
  /// To a network somewhere else.
  case tunnel

  init(ofName name: String) {
    let kinds: [(InterfaceKind, [String])] = [
      (.virtual, Self.virtualNames), (.tunnel, Self.tunnelNames), (.wireless, Self.wirelessNames),
      (.wired, Self.wiredNames),
    ]
    let name = name.lowercased()
    self = kinds.first { $0.1.contains(where: name.hasPrefix) }?.0 ?? .other
  }

  /// What names start with, in small letters. `br-` is Docker's; a bridge like `br0` may well be the
  /// way to the room.
  private static let virtualNames = [
    "docker", "br-", "veth", "podman", "cni", "flannel", "cali", "lxc", "lxd", "incus", "kube",
    "virbr", "vmnet", "vmenet", "vboxnet", "vethernet", "vnic", "vnet", "vif", "dummy", "ifb",
  ]
  private static let tunnelNames = [
    "utun", "tun", "tap", "wg", "tailscale", "zt", "ppp", "ipsec", "nordlynx", "proton", "cscotun",
    "cloudflarewarp", "gif", "stf", "sit", "gre", "ip6tnl", "wwan",
  ]
  private static let wirelessNames = ["wl", "wifi", "ath"]
  /// `eno1`, `enp3s0`, `ens33`, `enx001122334455`; `en0` is either on a Mac.
  private static let wiredNames = ["eth", "eno", "enp", "ens", "enx", "end", "em"]
}
