import HTTPServer
import Voting

/// The cookie that keeps a browser's ballot key: which one it is, and where it goes.
struct BallotCookie: Sendable {
  /// What it was called before every ledger had a name of its own for it.
  private static let oldName = "ballot"
  private let cookie: LedgerCookie

  init(for ballotBox: BallotBox, at publicURL: PublicURL?) {
    cookie = LedgerCookie("ballot", for: ballotBox, at: publicURL)
  }

  /// A key that a request brought as a cookie.
  struct Found {
    let key: BallotKey
    /// It came under the name of older versions.
    let isOld: Bool
  }

  /// The first genuine key of the request. What stands before it, another server on this host may
  /// have set.
  func find(in request: Request, of ballotBox: BallotBox) -> Found? {
    guard request.fields.contains(.cookie) else { return nil }
    for name in [cookie.name, Self.oldName] {
      let keys = request.cookies(name).lazy.compactMap(BallotKey.init)
      if let key = keys.first(where: ballotBox.isValid) {
        return Found(key: key, isOld: name == Self.oldName)
      }
    }
    return nil
  }

  /// The fields that have the browser keep the key.
  /// - Parameter found: what it brought; an old cookie is deleted.
  func fields(setting key: BallotKey, insteadOf found: Found? = nil) throws -> Fields {
    var fields = Fields()
    fields.add(.setCookie, try cookie.holding("\(key)").fieldValue)
    if found?.isOld == true {
      fields.add(.setCookie, try Cookie(Self.oldName, "", maxAge: .zero).fieldValue)
    }
    return fields
  }
}
