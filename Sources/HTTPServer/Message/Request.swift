public import Platform

/// A request, complete with its body.
public struct Request: Sendable {
  // Visible to callers, who would copy what they look at otherwise.
  @usableFromInline let head: RequestHead
  /// All of it, chunks joined (RFC 9112, section 7.1), content codings as they came; empty where
  /// there is none.
  public internal(set) var body: [UInt8]
  /// What the route's `:name` segments matched, percent-decoded.
  public internal(set) var parameters: [String: String] = [:]
  /// Who is at the other end of the connection: the client, or the proxy nearest to us; `nil` where
  /// the request was made in this process.
  public internal(set) var peer: PeerAddress?

  init(_ head: consuming RequestHead, body: [UInt8]) {
    self.head = head
    self.body = body
  }

  /// Always one of `Method.known`: others get 501 before there is a request.
  @inlinable public var method: Method { head.method }
  /// What the client spoke.
  @inlinable public var version: Version { head.version }
  /// The request target as it was sent, reduced to origin form: `/vote?yes=true`.
  @inlinable public var target: String { head.target }
  /// The target's path, percent-decoded, always starting with `/`. Not for telling `%2F` from `/`:
  /// route parameters do that.
  @inlinable public var path: String { head.path }
  /// The header fields, in the order they came; trailer fields are not kept.
  @inlinable public var fields: Fields { head.fields }

  /// The address of `peer` in digits, `unix` where it came through a Unix socket.
  public var clientAddress: String? { peer?.description }

  /// The memory it takes, but for what every request takes.
  var byteCount: Int { head.byteCount + body.count }

  /// The target's path as it was sent, percent-encoded: for a log, which has no use for the query.
  public var encodedPath: Substring { Substring(target.utf8.prefix { $0 != UInt8(ascii: "?") }) }

  /// The names and values after `?`, decoded as `application/x-www-form-urlencoded`.
  public var query: Form {
    let bytes = target.utf8Span.span
    let mark = bytes.firstIndex(of: UInt8(ascii: "?"), in: bytes.indices)
    return Form(bytes.extracting(min(mark + 1, bytes.count)..<bytes.count))
  }

  /// The body of a form post.
  /// - Throws: `HTTPError` 415 when it is not `application/x-www-form-urlencoded`.
  public func form() throws(HTTPError) -> Form {
    guard mediaType == "application/x-www-form-urlencoded" else {
      throw HTTPError(
        .unsupportedMediaType, "Send the form as application/x-www-form-urlencoded.")
    }
    return Form(body.span)
  }

  /// The body, decoded from JSON (RFC 8259).
  /// - Throws: `HTTPError` 415 when it is not `application/json`, 400 when it does not decode.
  public func json<Value: Decodable>(as type: Value.Type = Value.self) throws(HTTPError) -> Value {
    guard mediaType == "application/json" else {
      throw HTTPError(.unsupportedMediaType, "Send the body as application/json.")
    }
    do {
      return try JSON.value(type, in: body)
    } catch {
      throw HTTPError(.badRequest, "The body is not the JSON that belongs here.")
    }
  }

  /// The media type of the body in small letters, without parameters.
  public var mediaType: String? {
    guard let value = fields[.contentType] else { return nil }
    let essence = value.utf8.prefix { $0 != UInt8(ascii: ";") }.trimmingWhitespace()
    return String(decoding: essence.map(\.lowercasedASCII), as: UTF8.self)
  }

  /// The value of the first cookie of that name (RFC 6265, section 5.4).
  public func cookie(_ name: String) -> String? { cookies(name).first }

  /// The value of every cookie of that name, in order: another server on the same host, or another
  /// path, may have set some of them (RFC 6265, section 8.6).
  public func cookies(_ name: String) -> [String] {
    fields.values(of: .cookie).flatMap { line in
      line.utf8.split(separator: UInt8(ascii: ";")).compactMap { pair in
        let pair = pair.trimmingWhitespace()
        guard let equals = pair.firstIndex(of: UInt8(ascii: "=")),
          pair[..<equals].elementsEqual(name.utf8)
        else { return nil }
        return String(Substring(pair[pair.index(after: equals)...]))
      }
    }
  }
}

extension Request {
  /// A request made in this process, as a client would send it in HTTP/1.1.
  ///
  /// - Parameters:
  ///   - method: GET by default.
  ///   - target: in origin form, `/vote?yes=true`, or `*`. One that no client could send traps: a
  ///     space, a control character, a `#`, and percent-encoding of what is not text.
  ///   - fields: its header fields; nothing is added to them.
  ///   - body: decoded already. Limits of size are not looked at.
  public init(
    _ method: Method = .get, _ target: String, fields: Fields = Fields(), body: [UInt8] = []
  ) {
    precondition(
      RequestTarget.isVisible(target.utf8Span.span), "not a request target: \(target)")
    precondition(target.utf8.first == UInt8(ascii: "/") || target == "*", "not a path: \(target)")
    let encodedPath = target.utf8.prefix { $0 != UInt8(ascii: "?") }
    guard let path = PercentEncoding.decodeStrictly(encodedPath) else {
      preconditionFailure("not percent-encoded text: \(target)")
    }
    self.init(
      RequestHead(
        method: method, version: .http11, target: target, path: path, fields: fields,
        framing: .none, keepsAlive: true, expectsContinue: false),
      body: body)
  }
}
