import EventLoop
import HTTPServer
import Platform
import QRCode
import Synchronization

/// How people find the voting page: its addresses, their codes, and whether phones have come.
///
/// A laptop changes its networks while the program runs, so the addresses are read again when they
/// are asked for. Any thread may ask.
final class Joining: Sendable {
  private struct State {
    var interfaces: [NetworkInterface] = []
    /// When they were read; `nil` before.
    var readAt: Instant?
    /// The newest code of each kind: a thousand screens ask for the same one.
    var pictures: [Picture] = []
  }

  private struct Picture {
    let text: String
    let svg: [UInt8]
  }

  /// `nil` where nothing is known of it.
  let wifi: WiFiNetwork?
  private let host: String?
  /// `nil` where only a proxy reaches the server.
  private let port: Int?
  let publicURL: PublicURL?
  private let readInterfaces: @Sendable () -> [NetworkInterface]
  private let clock: LoopClock
  private let watch = JoinWatch()
  private let state = Mutex(State())

  /// For so long the interfaces that were read are believed to be there.
  private static let interfaceLifetime: Duration = .seconds(2)
  /// One of the voting page and one of the Wi-Fi, and those that follow a new address.
  private static let maxPictures = 4

  /// - Parameters:
  ///   - host: where the server listens; `nil` is all interfaces.
  ///   - port: `nil` where only a proxy reaches the server.
  ///   - publicURL: where people reach it, if a proxy is in front.
  init(
    host: String?, port: Int?, publicURL: PublicURL? = nil, wifi: WiFiNetwork? = nil,
    interfaces: @escaping @Sendable () -> [NetworkInterface] = NetworkInterface.all,
    clock: LoopClock = .system
  ) {
    self.host = host
    self.port = port
    self.publicURL = publicURL
    self.wifi = wifi
    readInterfaces = interfaces
    self.clock = clock
  }

  // MARK: Addresses

  /// As they are now, the best first.
  var addresses: JoinAddresses {
    JoinAddresses(interfaces: interfaces, port: port, host: host, publicURL: publicURL)
  }

  /// The one that people are shown: what the host chose, else the best. Never a `.local` name where
  /// there is anything else: many phones do not find those.
  func url(chosen: String?) -> String {
    let all = (chosen.map { [$0] } ?? []) + addresses.all.map(\.url)
    return all.first { WebOrigin(ofURL: $0)?.host.hasSuffix(".local") == false } ?? all[0]
  }

  /// An address as the desk lists it.
  struct Listed: Hashable {
    let url: String
    let remarks: [AddressRemark]
    /// A phone has come through it.
    let isUsed: Bool
  }

  /// All of them, the best first. One that the host chose and that is not there stands before them.
  func listed(chosen: String?) -> [Listed] {
    let all = addresses.all
    var listed = all.map { address in
      Listed(
        url: address.url, remarks: address.remarks,
        isUsed: watch.firstVisit(at: address.url) != nil)
    }
    if let chosen, !all.contains(where: { $0.url == chosen }) {
      let isUsed = watch.firstVisit(at: chosen) != nil
      listed.insert(Listed(url: chosen, remarks: [.chosen], isUsed: isUsed), at: 0)
    }
    return listed
  }

  /// Reads them where what was read is old. It asks the kernel and waits for nobody.
  private var interfaces: [NetworkInterface] {
    let now = clock.now
    return state.withLock { state in
      let isFresh = state.readAt.map { $0.duration(to: now) < Self.interfaceLifetime } ?? false
      if !isFresh { (state.interfaces, state.readAt) = (readInterfaces(), now) }
      return state.interfaces
    }
  }

  // MARK: Codes

  /// The code that leads to an address, as SVG; `nil` for an address that is too long for one.
  func svg(of url: String) -> [UInt8]? { picture(of: JoinAddress.codeText(of: url)) }

  /// The code that offers the Wi-Fi, as SVG; `nil` where nothing is known of it.
  var wifiSVG: [UInt8]? { wifi.flatMap { picture(of: $0.codeText) } }

  private func picture(of text: String) -> [UInt8]? {
    if let kept = state.withLock({ $0.pictures.first { $0.text == text } }) { return kept.svg }
    // Too long: there is no code.
    guard let code = try? QRCode(text) else { return nil }
    let svg = [UInt8](code.svg.utf8)
    state.withLock { state in
      state.pictures = [Picture(text: text, svg: svg)] + state.pictures.prefix(Self.maxPictures - 1)
    }
    return svg
  }

  // MARK: Visits

  /// To be told of every request for the voting page: where another machine sent it, the address it
  /// used leads here.
  /// - Returns: whether it is the first one at its address.
  @discardableResult
  func note(visit request: Request) -> Bool {
    guard let client = request.clientAddress else { return false }
    return note(visitBy: client, fields: request.fields)
  }

  /// Behind a proxy on this machine `X-Forwarded-For` says whether it was another one, and then the
  /// public address was used.
  /// - Parameter milliseconds: since 1970.
  func note(
    visitBy peer: String, fields: Fields,
    milliseconds: Int = WallClock.millisecondsSince1970()
  ) -> Bool {
    let forwarded = fields[.forwardedFor]?.split(separator: ",").last?.trimmingSpaces
    let proxied = isOwn(peer) ? forwarded : nil
    guard !isOwn(proxied ?? peer) else { return false }
    let publicHost = proxied == nil ? nil : publicURL?.origin.authority
    guard let host = publicHost ?? fields["Host"] else { return false }
    return watch.note(visitAt: host, milliseconds: milliseconds)
  }

  private func isOwn(_ address: String) -> Bool {
    address == "::1" || address.hasPrefix("127.") || address.hasPrefix("unix")
      || interfaces.contains { $0.address == address }
  }
}
