/// Why a text is no address of a server. The description is a sentence that does not show the text,
/// which may have a password in it.
public enum ValkeyURLError: Error, Hashable, Sendable {
  case badScheme
  case hasTLS
  case badHost
  case badPort
  case badDatabase
  case badCredentials
  case badEncoding
  case hasMore
}

extension ValkeyURLError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .badScheme: "it does not begin with valkey:// or redis://: write it as valkey://host:6379"
    case .hasTLS:
      "this program does not speak TLS with a store: use valkey:// in a private network, or through"
        + " a tunnel such as stunnel or WireGuard"
    case .badHost:
      "the store's address has no host: write it as valkey://host:6379, or valkey://[::1]:6379"
    case .badPort: "the store's port is no number from 1 to 65535: write it as valkey://host:6379"
    case .badDatabase:
      "the store's database is no number from 0 to 65535: write it as valkey://host:6379/0"
    case .badCredentials:
      "the store's address has a name or a password alone: write valkey://user:password@host, or"
        + " valkey://:password@host"
    case .badEncoding:
      "a percent sign in the store's name or password begins no encoded character: write %25 for it"
    case .hasMore:
      "the store's address goes on after the database: write it as valkey://host:6379/0, and in a"
        + " password %3F for ? and %23 for #"
    }
  }
}
