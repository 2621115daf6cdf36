import HTTPServer

/// Decides, for everything that changes something, whether the person in front of the browser
/// meant it, or a page of somebody else, or nobody.
///
/// Over plain http on a local network browsers send no Fetch Metadata: `Origin` and `Referer` are
/// all there is to tell this site's pages from others. A page elsewhere can leave `Referer` out, so
/// a browser that sends neither is shown the page first. Programs, which nobody can lure to a page,
/// send none of these and are believed.
struct OriginRule: Sendable {
  enum Verdict {
    /// Do it.
    case allowed
    /// A browser's window followed a link or an address that was typed: show what it wants to do
    /// and change nothing.
    case unconfirmed
    case refused(HTTPError)
  }

  /// Where people reach this server, if a proxy in front changes `Host`.
  let publicURL: PublicURL?

  /// The verdict on a request of any method. A HEAD is judged as the GET it stands for.
  func judge(_ request: Request) -> Verdict {
    let sender = RequestSender(of: request)
    let verdict = judgeOrigin(request, sentBy: sender)
    if case .refused = verdict { return verdict }
    if sender.isFetchedAhead || sender.isByRobot || sender.asksForPart {
      return .refused(.fetchedAhead)
    }
    if case .unconfirmed = verdict, !sender.isNavigation { return .refused(refusal(of: request)) }
    return verdict
  }

  /// The refusal of a request that says that it is from elsewhere; `nil` for every other. For what
  /// changes nothing that is enough: nobody who looks can read the answer from there.
  func foreign(_ request: Request) -> HTTPError? {
    let verdict = judgeOrigin(request, sentBy: RequestSender(of: request))
    if case .refused(let error) = verdict { return error }
    return nil
  }

  /// Whether the request says anything of where it is from.
  func saysOrigin(_ request: Request) -> Bool {
    let fields = request.fields
    return fields.contains(.origin) || fields[.fetchSite] == "same-origin"
      || !fields.contains(.fetchSite) && fields.contains(.referer)
  }

  private func judgeOrigin(_ request: Request, sentBy sender: RequestSender) -> Verdict {
    let fields = request.fields
    let site = fields[.fetchSite]
    if site == "same-origin" { return .allowed }
    if site != nil, site != "none" { return .refused(refusal(of: request)) }
    if let origin = fields[.origin] {
      return isOwn(WebOrigin(origin), request) ? .allowed : .refused(refusal(of: request))
    }
    if site == nil, let referer = fields[.referer] {
      return isOwn(WebOrigin(ofURL: referer), request) ? .allowed : .refused(refusal(of: request))
    }
    let isRead = request.method == .get || request.method == .head
    return isRead && sender.isByBrowser ? .unconfirmed : .allowed
  }

  /// No page can make a browser send another `X-Forwarded-Host` than the proxies in between do.
  private func isOwn(_ origin: WebOrigin?, _ request: Request) -> Bool {
    guard let origin else { return false }
    return origin == publicURL?.origin
      || request.hosts.contains { Authority($0).map(origin.matches) ?? false }
  }

  // MARK: Words

  private func refusal(of request: Request) -> HTTPError {
    let own = publicURL?.origin.authority ?? request.hosts.last ?? "a server without a name"
    let sender = nameOfSender(of: request)
    return HTTPError(
      .forbidden,
      """
      This came from \(sender) and not from a page of \(own), so it changed nothing. \
      Open this server's own page and press the button there. (If both are this server, start it \
      with --public-url and the address people use.)
      """, code: "foreign", details: ["sender": sender, "site": own])
  }

  private func nameOfSender(of request: Request) -> String {
    if let origin = request.fields[.origin] {
      return WebOrigin(origin)?.authority ?? "a page that does not say where it is from"
    }
    if let referer = request.fields[.referer] {
      return WebOrigin(ofURL: referer)?.authority ?? "a page with an address that makes no sense"
    }
    return request.fields[.fetchSite] == nil ? "an unknown page" : "another site"
  }
}

extension Request {
  /// What the request itself says this server is called: by the proxies in front, then by itself.
  fileprivate var hosts: [String] {
    let forwarded = fields[.forwardedHost] ?? ""
    let own = fields[.host].map { [$0] } ?? []
    return forwarded.split(separator: ",").map(\.trimmingSpaces) + own
  }
}

extension HTTPError {
  fileprivate static let fetchedAhead = HTTPError(
    .forbidden,
    "What is loaded ahead of time, for a preview or as a part of a page changes nothing; "
      + "open the page and press a button.",
    code: "prefetch")
}

extension FieldName {
  fileprivate static let fetchSite: FieldName = "Sec-Fetch-Site"
  fileprivate static let origin: FieldName = "Origin"
  fileprivate static let referer: FieldName = "Referer"
  fileprivate static let host: FieldName = "Host"
  fileprivate static let forwardedHost: FieldName = "X-Forwarded-Host"
}
