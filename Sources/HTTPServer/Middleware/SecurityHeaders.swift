/// The fields that tell browsers what a page of this site may do: `Content-Security-Policy`,
/// `X-Content-Type-Options` and `Referrer-Policy`; for `Application.fields`.
///
/// - Parameters:
///   - policy: what pages may load, run and send (W3C CSP, level 3). One that is not a field value
///     traps.
///   - isFramable: whether pages of other sites may show these in a frame: only where there is
///     nothing to press.
public func securityHeaders(
  contentSecurityPolicy policy: String = """
  default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
  connect-src 'self'; form-action 'self'; base-uri 'none'
  """,
  isFramable: Bool = false
) -> Fields {
  [
    "Content-Security-Policy": policy + (isFramable ? "" : "; frame-ancestors 'none'"),
    "X-Content-Type-Options": "nosniff",
    // Not `no-referrer`: with that, a browser posts this site's own forms with `Origin: null`, and
    // nothing tells them from another site's (WHATWG Fetch, "append a request Origin header").
    "Referrer-Policy": "same-origin",
  ]
}
