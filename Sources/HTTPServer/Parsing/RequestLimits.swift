/// Those of the limits that bound one request: see `Limits`. Every connection keeps them.
struct RequestLimits: Equatable {
  var maxRequestLineBytes, maxFieldsBytes, maxFields, maxBodyBytes: Int

  init(_ limits: Limits) {
    maxRequestLineBytes = limits.maxRequestLineBytes
    maxFieldsBytes = limits.maxFieldsBytes
    maxFields = limits.maxFields
    maxBodyBytes = limits.maxBodyBytes
  }
}
