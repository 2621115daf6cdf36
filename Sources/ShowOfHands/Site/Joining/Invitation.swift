/// How people join, as the big screens say it; as JSON it is the event `join`.
struct Invitation: Equatable, Encodable {
  /// Ends with a slash.
  let url: String
  /// The Wi-Fi that they need; `nil` where nothing is known of it.
  var wifiName: String?

  private enum CodingKeys: String, CodingKey {
    case url = "address"
    case wifiName = "wifi"
  }

  /// As people type it.
  var shownText: String { JoinAddress.shownText(of: url) }
}

extension Joining {
  /// - Parameter chosen: the address that the host chose; `nil`: the best.
  func invitation(chosen: String?) -> Invitation {
    Invitation(url: url(chosen: chosen), wifiName: wifi?.name)
  }
}
