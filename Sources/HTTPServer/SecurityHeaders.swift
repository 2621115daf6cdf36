/// Tells browsers what a page of this site may do; errors carry the same fields as pages.
///
/// Sets `Content-Security-Policy`, `X-Content-Type-Options`, `Referrer-Policy` and
/// `Cross-Origin-Opener-Policy`. A handler may set any of them otherwise for its own answer.
/// - Parameter policy: what pages may load, run and send (W3C CSP, level 3). One that is no field
///   value traps.
public func securityHeaders(
  contentSecurityPolicy policy: String = """
  default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
  connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'
  """
) -> Middleware {
  let fields: Fields = [
    "Content-Security-Policy": policy,
    "X-Content-Type-Options": "nosniff",
    // Not `no-referrer`: with that, a browser posts this site's own forms with `Origin: null`, and
    // nothing tells them from another site's (WHATWG Fetch, "append a request Origin header").
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
  ]
  return { _, response, next in
    response.setAlways(fields)
    try await next()
  }
}
