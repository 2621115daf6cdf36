/// A name for one state of a resource, `"…"` or weakly `W/"…"` (RFC 9110, section 8.8.3).
struct EntityTag: Equatable {
  /// What stands between the quotation marks.
  let opaque: String
  var isWeak = false

  /// As it stands in a field.
  var text: String { (isWeak ? "W/\"" : "\"") + opaque + "\"" }

  /// Equal byte for byte, and not weak: fit for joining parts of a body (section 8.8.3.2).
  func matchesStrongly(_ other: EntityTag) -> Bool { self == other && !isWeak }

  /// Equal but for the weakness: fit for telling whether a copy is still good.
  func matchesWeakly(_ other: EntityTag) -> Bool { opaque == other.opaque }
}

/// The value of `If-Match` or `If-None-Match` (RFC 9110, section 13.1).
enum EntityTagList: Equatable {
  /// `*`: any state the resource may be in.
  case any
  case tags([EntityTag])

  /// Tags up to the first thing that is none: what cannot be read matches nothing.
  init(_ value: String) {
    if value == "*" {
      self = .any
      return
    }
    var tags: [EntityTag] = []
    var rest = Substring(value).utf8
    while let tag = Self.takeTag(&rest) { tags.append(tag) }
    self = .tags(tags)
  }

  /// Takes the next tag and the commas and blanks before it; a comma inside its quotation marks is
  /// part of the tag.
  private static func takeTag(_ rest: inout Substring.UTF8View) -> EntityTag? {
    let separators = [UInt8(ascii: ","), UInt8(ascii: " "), UInt8(ascii: "\t")]
    rest = rest.drop { separators.contains($0) }
    let isWeak = rest.starts(with: "W/".utf8)
    if isWeak { rest = rest.dropFirst(2) }
    guard rest.first == UInt8(ascii: "\"") else { return nil }
    rest = rest.dropFirst()
    guard let close = rest.firstIndex(of: UInt8(ascii: "\"")) else { return nil }
    let opaque = rest[..<close]
    rest = rest[rest.index(after: close)...]
    return EntityTag(opaque: String(Substring(opaque)), isWeak: isWeak)
  }
}
