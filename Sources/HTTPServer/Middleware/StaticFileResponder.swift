/// Responds to one request with a file.
struct StaticFileResponder {
  let file: StaticFile
  let cacheControl: FieldValue

  /// - Throws: `HTTPError` 412 and 416 (RFC 9110, sections 13.1 and 14.4).
  func respond(_ request: Request, _ response: Response) throws(HTTPError) {
    let preconditions = Preconditions(request)
    // A file from the future would be newer than the response it comes in (section 8.8.2.1).
    let current = Preconditions.Validators(
      entityTag: file.entityTag, lastModified: min(file.modified, .now))
    let outcome = preconditions.evaluate(current)
    if outcome == .fail {
      throw HTTPError(.preconditionFailed, "The file is not in the state you asked for. Reload it.")
    }
    response.set("ETag", FieldValue(unchecked: current.entityTag.text))
    response.set("Cache-Control", cacheControl)
    if outcome == .notModified {
      response.status = .notModified
      return
    }
    response.set("Last-Modified", FieldValue(unchecked: current.lastModified.text))
    response.set("Accept-Ranges", "bytes").set("X-Content-Type-Options", "nosniff")
    let range = preconditions.allowRange(current) ? request.fields["Range"] : nil
    try send(range, to: response)
  }

  private func send(_ range: String?, to response: Response) throws(HTTPError) {
    let size = file.contents.count
    switch range.map({ ByteRange($0, size: size) }) ?? .whole {
    case .whole:
      response.send(shared: file.contents[...], as: file.type)
    case .part(let part):
      let text = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(size)"
      response.status(.partialContent).set("Content-Range", FieldValue(unchecked: text))
      response.send(shared: file.contents[part], as: file.type)
    case .unsatisfiable:
      throw HTTPError(
        .rangeNotSatisfiable, "The file has \(size) bytes; ask for those.",
        fields: ["Content-Range": "bytes */\(size)"])
    }
  }
}
