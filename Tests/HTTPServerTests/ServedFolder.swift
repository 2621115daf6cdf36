import Foundation
import TestSupport

@testable import HTTPServer

/// A folder whose files are served, and a secret beside it.
struct ServedFolder {
  let folder: TemporaryFolder
  private let app: Application

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("outside", to: "secret.txt")
    try folder.write(
      "hello, world", to: "Public/hello.txt", modified: Date(timeIntervalSince1970: 784_111_777.5))
    try folder.write("<!doctype html>", to: "Public/index.html")
    try folder.write("deep", to: "Public/a/b/c.css")
    try folder.makeFolder("Public/bare")
    var app = Application()
    app.log = .silent
    app.use(try Self.files(in: folder))
    self.app = app
  }

  /// They are looked at with every request, so that no test waits for a second.
  static func files(
    in folder: TemporaryFolder, _ change: (inout StaticFileLimits) -> Void = { _ in }
  ) throws -> Middleware {
    var limits = StaticFileLimits()
    limits.checkInterval = .zero
    change(&limits)
    return try staticFiles(from: folder.path + "/Public", limits: limits, log: .silent)
  }

  func respond(to request: Request) async -> Response { await app.respond(to: request) }

  func get(_ target: String, _ fields: Fields = [:]) async -> Response {
    await respond(to: Request(.get, target, fields: fields))
  }
}
