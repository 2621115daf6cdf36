/// A request method (RFC 9110, section 9): a token, compared to the letter.
public struct Method: Hashable, Sendable, CustomStringConvertible {
  /// In capitals, as it is sent.
  public let name: String

  /// A method by its name; the caller vouches that it is a token (RFC 9110, section 5.6.2).
  init(unchecked name: String) { self.name = name }

  /// The known method that the token names.
  init?(_ token: Span<UInt8>) {
    switch token.count {
    case 3 where token.equals("GET"): self = .get
    case 3 where token.equals("PUT"): self = .put
    case 4 where token.equals("HEAD"): self = .head
    case 4 where token.equals("POST"): self = .post
    case 5 where token.equals("PATCH"): self = .patch
    case 6 where token.equals("DELETE"): self = .delete
    case 7 where token.equals("OPTIONS"): self = .options
    default: return nil
    }
  }

  /// RFC 9110, section 9.3.1.
  public static let get = Method(unchecked: "GET")
  /// RFC 9110, section 9.3.2. Routes of `get` take it too.
  public static let head = Method(unchecked: "HEAD")
  /// RFC 9110, section 9.3.3.
  public static let post = Method(unchecked: "POST")
  /// RFC 9110, section 9.3.4.
  public static let put = Method(unchecked: "PUT")
  /// RFC 5789.
  public static let patch = Method(unchecked: "PATCH")
  /// RFC 9110, section 9.3.5.
  public static let delete = Method(unchecked: "DELETE")
  /// RFC 9110, section 9.3.7. What no route takes is answered with `Allow`.
  public static let options = Method(unchecked: "OPTIONS")

  /// The methods this server knows. Any other gets 501 (RFC 9110, section 9.1).
  public static let known: Set<Method> = [.get, .head, .post, .put, .patch, .delete, .options]

  public var description: String { name }
}

/// The version of the protocol a request was sent in. Other majors get 505.
public enum Version: Sendable, Equatable {
  /// RFC 1945: no chunks, and one request for each connection unless both sides say `keep-alive`.
  case http10
  /// RFC 9112, and what later minor versions are taken for.
  case http11
}
