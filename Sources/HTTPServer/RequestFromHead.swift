extension Request {
  init(_ head: RequestHead, body: [UInt8]) {
    self.init(
      method: head.method, version: head.version, target: head.target, path: head.path,
      fields: head.fields, body: body)
  }
}
