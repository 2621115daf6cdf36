import Foundation
import Testing

/// What a proxy needs to start: its lines of Proxies.md with this test's addresses in them, and what
/// is around them on every machine.
struct ProxySetup {
  private let kind: Proxy.Kind
  private let path: String
  private let upstream: Proxy.Upstream
  private let port: Int
  private let securePort: Int
  private let folder: String
  /// Beside the site, in nginx.
  private let outside: String

  init(
    _ kind: Proxy.Kind, at path: String, _ upstream: Proxy.Upstream, port: Int, securePort: Int,
    folder: String, outside: String = ""
  ) {
    self.outside = outside
    self.kind = kind
    self.path = path
    self.upstream = upstream
    self.port = port
    self.securePort = securePort
    self.folder = folder
  }

  private var configurationFile: String { "\(folder)/configuration" }
  private var certificate: String { "\(folder)/certificate.pem" }
  private var key: String { "\(folder)/key.pem" }
  /// The two in one file.
  private var both: String { "\(folder)/both.pem" }

  var command: [String] {
    switch kind {
    case .nginx: ["nginx", "-p", folder, "-e", "stderr", "-c", configurationFile]
    case .caddy:
      [
        "HOME=\(folder)", "XDG_DATA_HOME=\(folder)", "XDG_CONFIG_HOME=\(folder)", "caddy", "run",
        "--adapter", "caddyfile", "--config", configurationFile,
      ]
    case .haproxy: ["haproxy", "-db", "-f", configurationFile]
    case .apache: ["apache2", "-X", "-d", folder, "-f", configurationFile]
    }
  }

  func makeCertificate() async throws {
    let program = try Program([
      "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
      "-nodes", "-days", "2", "-subj", "/CN=\(Proxy.host)", "-addext",
      "subjectAltName=DNS:\(Proxy.host)", "-keyout", key, "-out", certificate,
    ])
    let (status, output) = try await program.finish()
    try #require(status == 0, "\(output)")
    let parts = try [certificate, key].map { try String(contentsOfFile: $0, encoding: .utf8) }
    try parts.joined().write(toFile: both, atomically: true, encoding: .utf8)
  }

  // MARK: The page

  /// - Parameter lines: in place of those of the page.
  func configuration(_ lines: String?) throws -> String {
    let page = try ProxiesPage()
    var lines = try lines ?? page.lines(for: kind)
    lines = lines.replacing("/poll/", with: path)
    let places = try page.upstream(of: kind)
    switch upstream {
    case .port(let port): lines = lines.replacing("127.0.0.1:3000", with: "127.0.0.1:\(port)")
    case .socket(let path):
      let place = places.socket.replacing("/run/showofhands/show.sock", with: path)
      lines = lines.replacing(places.port, with: place)
    }
    return surrounded(lines)
  }

  private func surrounded(_ lines: String) -> String {
    switch kind {
    case .nginx: nginx(lines)
    case .caddy: caddy(lines)
    case .haproxy: haproxy(lines)
    case .apache: apache(lines)
    }
  }

  // MARK: What is around it

  /// One process, so that nothing is left when it is killed.
  private func nginx(_ lines: String) -> String {
    let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      .map { "\($0)_temp_path \(folder)/\($0);" }.joined(separator: "\n")
    return """
      daemon off;
      master_process off;
      pid \(folder)/pid;
      events { worker_connections 1024; }
      http {
      access_log off;
      \(folders)
      \(outside)
      server {
      listen 127.0.0.1:\(port);
      listen 127.0.0.1:\(securePort) ssl http2;
      server_name \(Proxy.host);
      ssl_certificate \(certificate);
      ssl_certificate_key \(key);
      \(lines)
      }
      }
      """
  }

  /// The site twice: with a certificate of ours, and without.
  private func caddy(_ lines: String) -> String {
    let secure = lines.replacing(
      "\(Proxy.host) {", with: "https://\(Proxy.host):\(securePort) {\ntls \(certificate) \(key)")
    let plain = lines.replacing("\(Proxy.host) {", with: "http://:\(port) {")
    return """
      {
      admin off
      auto_https off
      default_bind 127.0.0.1
      }
      \(secure)
      \(plain)

      """
  }

  private func haproxy(_ lines: String) -> String {
    lines.replacing("bind :443", with: "bind 127.0.0.1:\(port)\nbind 127.0.0.1:\(securePort)")
      .replacing("/etc/ssl/private/vote.example.pem", with: both) + "\n"
  }

  /// In one process, whose modules are where Debian has them.
  private func apache(_ lines: String) -> String {
    let modules = [
      "mpm_event", "authz_core", "proxy", "proxy_http", "ssl", "http2", "socache_shmcb", "alias",
    ]
    .map { "LoadModule \($0)_module /usr/lib/apache2/modules/mod_\($0).so" }
    .joined(separator: "\n")
    return """
      \(modules)
      ServerName \(Proxy.host)
      PidFile \(folder)/pid
      DefaultRuntimeDir \(folder)
      ErrorLog /dev/stderr
      User www-data
      Group www-data
      Listen 127.0.0.1:\(port)
      Listen 127.0.0.1:\(securePort)
      Protocols h2 http/1.1
      \(lines)
      <VirtualHost 127.0.0.1:\(securePort)>
      SSLEngine on
      SSLCertificateFile \(certificate)
      SSLCertificateKeyFile \(key)
      \(lines)
      </VirtualHost>

      """
  }
}

/// A page of the documentation that tells how to set up proxies.
public struct ProxiesPage {
  private let text: String

  public init(_ name: String = "Proxies") throws {
    let file = "\(packageFolder)/Sources/ShowOfHands/Documentation.docc/\(name).md"
    text = try String(contentsOfFile: file, encoding: .utf8)
  }

  /// The first block that is marked with the proxy's name.
  func lines(for kind: Proxy.Kind) throws -> String {
    try #require(try blocks(for: kind).first)
  }

  /// All blocks that are marked with the proxy's name.
  public func blocks(for kind: Proxy.Kind) throws -> [String] {
    text.components(separatedBy: "```").filter { $0.hasPrefix("\(kind.rawValue)\n") }
      .map { String($0.dropFirst(kind.rawValue.count + 1)) }
  }

  /// How a proxy names the server: by its port, and by its socket.
  func upstream(of kind: Proxy.Kind) throws -> (port: String, socket: String) {
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| ") }
    let row = try #require(rows.first { $0.lowercased().hasPrefix("| \(kind.rawValue) ") })
    let cells = row.split(separator: "`").map { String($0.replacing("\\|", with: "|")) }
    return try (#require(cells.dropFirst().first), #require(cells.dropFirst(3).first))
  }
}
