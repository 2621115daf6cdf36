/// The conditions a request makes on the state of what it asks for (RFC 9110, section 13).
struct Preconditions {
  /// What tells one state of a resource from another.
  struct Validators {
    let entityTag: EntityTag
    let lastModified: HTTPDate
  }

  enum Outcome {
    /// The request may be responded to as if it had made no conditions.
    case hold
    /// The client's copy is still good: 304.
    case notModified
    /// The resource is not in the state the client wants: 412.
    case fail
  }

  let method: Method
  let fields: Fields

  init(_ request: Request) {
    method = request.method
    fields = request.fields
  }

  /// Evaluates them in the order of section 13.2.2. A date that cannot be read is not a condition.
  func evaluate(_ current: Validators) -> Outcome {
    if let wanted = fields["If-Match"] {
      guard matches(wanted, { $0.matchesStrongly(current.entityTag) }) else { return .fail }
    } else if let date = date("If-Unmodified-Since"), current.lastModified > date {
      return .fail
    }
    let isRead = method == .get || method == .head
    if let unwanted = fields["If-None-Match"] {
      let isKnown = matches(unwanted) { $0.matchesWeakly(current.entityTag) }
      return isKnown ? (isRead ? .notModified : .fail) : .hold
    }
    if isRead, let date = date("If-Modified-Since"), current.lastModified <= date {
      return .notModified
    }
    return .hold
  }

  /// Whether a `Range` field counts: a client that has the first part of another state must not be
  /// given the second part of this one (section 13.1.5).
  ///
  /// That a date is only sent when it tells the states apart, the client has to see to.
  func allowRange(_ current: Validators) -> Bool {
    guard method == .get else { return false }
    guard let value = fields["If-Range"] else { return true }
    if case .tags(let tags) = EntityTagList(value), let tag = tags.first {
      return tags.count == 1 && tag.matchesStrongly(current.entityTag)
    }
    return date("If-Range") == current.lastModified
  }

  private func matches(_ value: String, _ isMatch: (EntityTag) -> Bool) -> Bool {
    switch EntityTagList(value) {
    case .any: true
    case .tags(let tags): tags.contains(where: isMatch)
    }
  }

  private func date(_ name: FieldName) -> HTTPDate? {
    fields[name].flatMap { HTTPDate(parsing: $0) }
  }
}
