import EventLoop
import Foundation
import HTTPServer
import Platform
import TestSupport
import Testing

@Suite("A file as a body", .timeLimit(.minutes(2)))
struct FileBodyTests {
  private let folder: TemporaryFolder
  private let app: Application

  init() throws {
    let folder = try TemporaryFolder()
    var app = Application()
    app.use(try staticFiles(from: folder.path))
    app.get("/hello") { _, response in response.send("hello") }
    self.folder = folder
    self.app = app
  }

  private static func text(_ count: Int) -> String {
    String(repeating: "0123456789abcdef", count: count / 16 + 1).prefix(count).description
  }

  @Test(
    "arrives whole, whatever its size, and its connection stays",
    arguments: [0, 1, 65_535, 65_536, 65_537, 300_000])
  func size(count: Int) async throws {
    try folder.write(Self.text(count), to: "file.txt")
    try await withServer(app) { port in
      let client = try Client(port: port)
      for _ in 0..<2 {
        let reply = try client.get("/file.txt")
        #expect(reply["content-length"] == "\(count)")
        #expect(reply.text == Self.text(count))
      }
      #expect(try client.get("/hello").text == "hello")
    }
  }

  @Test("larger than what both kernels hold arrives whole at a client that reads late")
  func slowReader() async throws {
    let text = Self.text(32 << 20)
    try folder.write(text, to: "file.txt")
    try await withServer(app, loops: 1) { port in
      let client = try Client(port: port)
      try client.send("GET /file.txt HTTP/1.1\r\nHost: test\r\n\r\n")
      #expect(try client.head()["content-length"] == "\(text.utf8.count)")
      // Others are served meanwhile.
      for _ in 0..<50 { #expect(try Client(port: port).get("/hello").text == "hello") }
      #expect(try client.read(count: text.utf8.count) == Array(text.utf8))
      #expect(try client.get("/hello").text == "hello")
    }
  }

  @Test("is its fields alone for HEAD")
  func head() async throws {
    try folder.write(Self.text(300_000), to: "file.txt")
    try await withServer(app) { port in
      let client = try Client(port: port)
      try client.send("HEAD /file.txt HTTP/1.1\r\nHost: test\r\n\r\n")
      #expect(try client.reply(toHead: true)["content-length"] == "300000")
      #expect(try client.get("/hello").text == "hello")
    }
  }

  @Test(
    "that has shrunk ends the connection, so that the client sees it", arguments: [100, 100_000])
  func shrunk(count: Int) async throws {
    try folder.write(Self.text(count), to: "file.txt")
    var app = app
    let path = folder.path + "/file.txt"
    app.get("/shrunk") { _, response in
      // As if it had been longer when its size was asked for.
      let file = FileBody(try Descriptor(readingFrom: path), range: 0..<(2 * count))
      response.send(file, as: .text)
    }
    try await withRunningServer(app) { server in
      let client = try Client(port: server.port)
      try client.send("GET /shrunk HTTP/1.1\r\nHost: test\r\n\r\n")
      #expect(try client.head()["content-length"] == "\(2 * count)")
      #expect(try client.readToEnd() == Array(Self.text(count).utf8))
      try await eventually { server.connectionCount == 0 }
    }
  }
}
