/// Finds the handler for a method and a path.
struct Router: Sendable {
  private struct Route: Sendable {
    let segments: [Segment]
    var endpoints: [Method: Endpoint] = [:]
  }

  /// A dictionary of bare functions would wrap each for its general form, and every call of it.
  private struct Endpoint: Sendable { let handler: Handler }

  private enum Segment: Equatable {
    case literal(String)
    case parameter(String)
  }

  /// Routes without parameters, by their path: one look-up answers nearly every request.
  private var fixed: [String: Route] = [:]
  private var patterned: [Route] = []

  mutating func add(_ method: Method, _ pattern: String, _ handler: @escaping Handler) {
    precondition(pattern.first == "/", "a route starts with '/': \(pattern)")
    let segments = pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
      .map { $0.first == ":" ? Segment.parameter(String($0.dropFirst())) : .literal(String($0)) }
    let hasParameters = segments.contains { if case .parameter = $0 { true } else { false } }
    if hasParameters {
      let index = patterned.firstIndex { $0.segments == segments }
      if index == nil { patterned.append(Route(segments: segments)) }
      Self.register(method, pattern, handler, in: &patterned[index ?? patterned.count - 1])
    } else {
      Self.register(
        method, pattern, handler, in: &fixed[pattern, default: Route(segments: segments)])
    }
  }

  private static func register(
    _ method: Method, _ pattern: String, _ handler: @escaping Handler, in route: inout Route
  ) {
    precondition(route.endpoints[method] == nil, "\(method) \(pattern) is registered twice")
    route.endpoints[method] = Endpoint(handler: handler)
  }

  /// The handler and what its `:name` segments matched; a route of GET takes HEAD too.
  func match(_ request: Request) -> (Handler, [String: String])? {
    if let route = fixedRoute(at: request.path, sentAs: request.target),
      let handler = handler(in: route, for: request.method)
    {
      return (handler, [:])
    }
    guard !patterned.isEmpty, let segments = Self.segments(ofTarget: request.target) else {
      return nil
    }
    for route in patterned {
      if let parameters = Self.parameters(segments, in: route),
        let handler = handler(in: route, for: request.method)
      {
        return (handler, parameters)
      }
    }
    return nil
  }

  /// The methods that some route takes for what the request asks, for `Allow`; empty where there is
  /// no route.
  func methods(for request: Request) -> [Method] {
    var methods: Set<Method> = []
    if let route = fixedRoute(at: request.path, sentAs: request.target) {
      methods.formUnion(route.endpoints.keys)
    }
    if let segments = Self.segments(ofTarget: request.target) {
      for route in patterned where Self.parameters(segments, in: route) != nil {
        methods.formUnion(route.endpoints.keys)
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
    let slashes = target.utf8.prefix { $0 != UInt8(ascii: "?") }.count { $0 == slash }
    return slashes == route.segments.count ? route : nil
  }

  private func handler(in route: Route, for method: Method) -> Handler? {
    (route.endpoints[method] ?? (method == .head ? route.endpoints[.get] : nil))?.handler
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
