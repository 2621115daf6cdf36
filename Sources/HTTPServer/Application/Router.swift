/// Finds the handler for a method and a path.
struct Router: Sendable {
  private struct Route: Sendable {
    let segments: [Segment]
    var endpoints: [Endpoint] = []

    /// The endpoint that takes the method; one of GET takes HEAD too.
    func endpoint(for method: Method) -> Endpoint? {
      let endpoint = endpoints.first { $0.method == method }
      return method == .head ? endpoint ?? self.endpoint(for: .get) : endpoint
    }
  }

  struct Endpoint: Sendable {
    let method: Method
    /// `nil` for the application's.
    let maxBodyBytes: Int?
    let handler: Handler
  }

  private enum Segment: Equatable {
    case literal(String)
    case parameter(String)
  }

  /// Routes without parameters, by their path: one look-up is enough for nearly every request.
  private var fixed: [String: Route] = [:]
  private var patterned: [Route] = []

  mutating func add(
    _ method: Method, _ pattern: String, maxBodyBytes: Int? = nil, _ handler: @escaping Handler
  ) {
    let endpoint = Endpoint(method: method, maxBodyBytes: maxBodyBytes, handler: handler)
    precondition(pattern.first == "/", "a route starts with '/': \(pattern)")
    let segments = pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
      .map { $0.first == ":" ? Segment.parameter(String($0.dropFirst())) : .literal(String($0)) }
    let hasParameters = segments.contains { if case .parameter = $0 { true } else { false } }
    if hasParameters {
      let index = patterned.firstIndex { $0.segments == segments }
      if index == nil { patterned.append(Route(segments: segments)) }
      Self.register(endpoint, at: pattern, in: &patterned[index ?? patterned.count - 1])
    } else {
      Self.register(
        endpoint, at: pattern, in: &fixed[pattern, default: Route(segments: segments)])
    }
  }

  private static func register(
    _ endpoint: Endpoint, at pattern: String, in route: inout Route
  ) {
    let isTaken = route.endpoints.contains { $0.method == endpoint.method }
    precondition(!isTaken, "\(endpoint.method) \(pattern) is registered twice")
    route.endpoints.append(endpoint)
  }

  /// The endpoint and what the `:name` segments of its route matched.
  func match(_ request: RequestHead) -> (endpoint: Endpoint, parameters: [String: String])? {
    if let route = fixedRoute(at: request.path, sentAs: request.target),
      let endpoint = route.endpoint(for: request.method)
    {
      return (endpoint, [:])
    }
    guard !patterned.isEmpty, let segments = Self.segments(ofTarget: request.target) else {
      return nil
    }
    for route in patterned {
      if let parameters = Self.parameters(segments, in: route),
        let endpoint = route.endpoint(for: request.method)
      {
        return (endpoint, parameters)
      }
    }
    return nil
  }

  /// The methods that some route takes for what the request asks, for `Allow`; empty where there is
  /// no route.
  func methods(for request: Request) -> [Method] {
    var methods: Set<Method> = []
    if let route = fixedRoute(at: request.path, sentAs: request.target) {
      methods.formUnion(route.endpoints.map(\.method))
    }
    if let segments = Self.segments(ofTarget: request.target) {
      for route in patterned where Self.parameters(segments, in: route) != nil {
        methods.formUnion(route.endpoints.map(\.method))
      }
    }
    if methods.isEmpty { return [] }
    if methods.contains(.get) { methods.insert(.head) }
    methods.insert(.options)
    return methods.sorted { $0.name < $1.name }
  }

  /// A slash that was sent encoded is part of a segment and parts nothing.
  private func fixedRoute(at path: String, sentAs target: String) -> Route? {
    guard let route = fixed[path] else { return nil }
    let sent = target.utf8Span.span
    let end = sent.firstIndex(of: UInt8(ascii: "?"), in: sent.indices)
    let slashes = (0..<end).count { sent[$0] == slash }
    return slashes == route.segments.count ? route : nil
  }

  /// Splits the path as it was sent and decodes then, so that an encoded slash stays inside its
  /// segment.
  private static func segments(ofTarget target: String) -> [String]? {
    let path = target.utf8.prefix { $0 != UInt8(ascii: "?") }
    var segments: [String] = []
    for sent in path.dropFirst().split(separator: slash, omittingEmptySubsequences: false) {
      guard let text = PercentEncoding.decodeStrictly(sent) else { return nil }
      segments.append(text)
    }
    return segments
  }

  private static func parameters(_ segments: [String], in route: Route) -> [String: String]? {
    guard segments.count == route.segments.count else { return nil }
    var parameters: [String: String] = [:]
    for (text, segment) in zip(segments, route.segments) {
      switch segment {
      case .literal(let literal): if text != literal { return nil }
      case .parameter(let name): if text.isEmpty { return nil } else { parameters[name] = text }
      }
    }
    return parameters
  }
}

private let slash = UInt8(ascii: "/")
