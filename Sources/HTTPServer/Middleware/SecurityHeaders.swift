/// The fields that tell browsers what a page of this site may do: `Content-Security-Policy`,
/// `X-Content-Type-Options` and `Referrer-Policy`; for `Application.fields`.
///
/// - Parameter policy: what pages may load, run and send (W3C CSP, level 3). One that is not a field
///   value traps.
public func securityHeaders(
  contentSecurityPolicy policy: String = contentSecurityPolicy()
) -> Fields {
  [
    "Content-Security-Policy": policy,
    "X-Content-Type-Options": "nosniff",
    // Not `no-referrer`: with that, a browser posts this site's own forms with `Origin: null`, and
    // nothing tells them from another site's (WHATWG Fetch, "append a request Origin header").
    "Referrer-Policy": "same-origin",
  ]
}

/// A policy for pages that load, run and send what is this site's, and nothing else.
///
/// - Parameter isFramable: whether other sites may show the page in a frame: only one that has
///   nothing to press. Also files may then, which no list of sites can name.
public func contentSecurityPolicy(isFramable: Bool = false) -> String {
  """
  default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
  connect-src 'self'; form-action 'self'; base-uri 'none'
  """ + (isFramable ? "" : "; frame-ancestors 'none'")
}
