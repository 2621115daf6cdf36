import Platform

/// A file as it was read: its bytes, and what is said about them.
struct StaticFile: Sendable {
  let contents: [UInt8]
  let type: MediaType
  let entityTag: EntityTag
  let modified: HTTPDate
  /// For telling whether it has changed since.
  let status: FileStatus
  /// It had changed so shortly before it was read that its next change may not show in its time.
  let isFresh: Bool

  /// - Parameter now: in seconds since 1970.
  init(_ contents: [UInt8], _ status: FileStatus, type: MediaType, readAt now: Int) {
    self.contents = contents
    self.type = type
    self.status = status
    modified = HTTPDate(secondsSince1970: status.modifiedSeconds)
    let (age, overflowed) = now.subtractingReportingOverflow(status.modifiedSeconds)
    isFresh = !overflowed && (0...1).contains(age)
    entityTag = EntityTag(opaque: Self.digest(contents))
  }

  /// The tag is of the bytes alone: the same file has the same tag wherever it is served.
  private static func digest(_ bytes: [UInt8]) -> String {
    // FNV-1a in 64 bits: enough to tell the states of one file apart.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    return String(bytes.count, radix: 16) + "-" + String(hash, radix: 16)
  }
}
