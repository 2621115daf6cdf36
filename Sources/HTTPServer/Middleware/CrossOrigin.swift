/// Whose scripts may read the responses.
public enum AllowedOrigins: Sendable {
  /// Everybody's: `Access-Control-Allow-Origin: *`.
  case any
  /// Each as a browser writes it: `https://example.org`, with a port unless it is the usual one,
  /// and without a path.
  case origins([String])
}

/// Lets scripts of other sites read the responses (CORS: WHATWG Fetch, section 3.2).
///
/// Requests with cookies are not among them: nothing here allows credentials. It responds to
/// preflights itself. What it says goes with errors too, so that a script can read those. A handler
/// whose response varies by something else *adds* to `Vary`.
///
/// - Parameters:
///   - origins: whose scripts may. One that is not an origin traps.
///   - methods: what a script may use beside GET, HEAD and POST.
///   - requestFields: the fields a script may set beside the harmless ones.
///   - maxAge: how long a browser may remember the response to a preflight; whole seconds.
public func crossOrigin(
  allowing origins: AllowedOrigins, methods: [Method] = [.get, .head, .post],
  requestFields: [FieldName] = ["Content-Type"], maxAge: Duration = .seconds(600)
) -> Middleware {
  let rule = CrossOriginRule(origins)
  let preflight = preflightFields(methods, requestFields, maxAge)
  return { request, response, next in
    let isAllowed = try rule.apply(to: request, response)
    let isPreflight =
      request.method == .options && request.fields.contains("Access-Control-Request-Method")
    guard isAllowed, isPreflight else { return try await next() }
    response.status = .noContent
    response.fields.set(preflight)
  }
}

private func preflightFields(
  _ methods: [Method], _ requestFields: [FieldName], _ maxAge: Duration
) -> Fields {
  [
    "Access-Control-Allow-Methods": methods.map(\.name).joined(separator: ", "),
    "Access-Control-Allow-Headers": requestFields.map(\.description).joined(separator: ", "),
    "Access-Control-Max-Age": String(maxAge.components.seconds),
  ]
}

private struct CrossOriginRule: Sendable {
  private let origins: AllowedOrigins
  /// What every response says, whoever asks.
  private let constant: Fields

  init(_ origins: AllowedOrigins) {
    self.origins = origins
    switch origins {
    case .any:
      constant = ["Access-Control-Allow-Origin": "*"]
    case .origins(let origins):
      for origin in origins {
        precondition(origin.contains("://") && origin.last != "/", "not an origin: \(origin)")
      }
      // Also where no origin was sent: a cache must not give that response to a script.
      constant = ["Vary": "Origin"]
    }
  }

  /// Sets what the response has to say, and tells whether the request has an origin it is for.
  func apply(to request: Request, _ response: Response) throws -> Bool {
    var fields = constant
    let origin = request.fields["Origin"]
    var isAllowed = origin != nil
    if case .origins(let origins) = origins {
      isAllowed = false
      if let origin, origins.contains(origin) {
        fields.set("Access-Control-Allow-Origin", try FieldValue(origin))
        isAllowed = true
      }
    }
    response.setDefault(fields)
    return isAllowed
  }
}
