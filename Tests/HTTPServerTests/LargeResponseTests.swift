import HTTPServer
import TestSupport
import Testing

@Suite("Large responses", .timeLimit(.minutes(5)))
struct LargeResponseTests {
  private let folder: TemporaryFolder
  private let app: Application

  init() throws {
    let folder = try TemporaryFolder()
    for count in Self.sizes { try folder.write(Self.text(count), to: "\(count).txt") }
    var app = Application()
    app.use(try staticFiles(from: folder.path))
    app.get("/hello") { _, response in response.send("hello") }
    app.get("/large") { _, response in
      response.send([UInt8](repeating: UInt8(ascii: "x"), count: 16 << 20), as: .bytes)
    }
    self.folder = folder
    self.app = app
  }

  /// Around what leaves with the head, and what both kernels hold.
  private static let sizes = [0, 1, 16_383, 16_384, 16_385, 300_000, 4 << 20]

  private static func text(_ count: Int) -> String {
    String(repeating: "0123456789abcdef", count: count / 16 + 1).prefix(count).description
  }

  @Test("a file arrives whole, whatever its size, and its connection stays", arguments: sizes)
  func fileOfAnySize(count: Int) async throws {
    try await withServer(app) { port in
      let client = try Client(port: port)
      for _ in 0..<2 {
        let reply = try client.get("/\(count).txt")
        #expect(reply["content-length"] == "\(count)")
        #expect(reply.text == Self.text(count))
      }
      #expect(try client.get("/hello").text == "hello")
    }
  }

  @Test("a response larger than both kernels hold arrives whole at a client that reads late")
  func slowReader() async throws {
    try await withServer(app, loops: 1) { port in
      let client = try Client(port: port, takesLittle: true)
      try client.send("GET /large HTTP/1.1\r\nHost: test\r\n\r\n")
      #expect(try client.head()["content-length"] == "\(16 << 20)")
      // Others are served meanwhile.
      for _ in 0..<50 { #expect(try Client(port: port).get("/hello").text == "hello") }
      let body = try client.read(count: 16 << 20)
      #expect(body.allSatisfy { $0 == UInt8(ascii: "x") })
      #expect(try client.get("/hello").text == "hello")
    }
  }

  @Test("a file is its fields alone for HEAD")
  func head() async throws {
    try await withServer(app) { port in
      let client = try Client(port: port)
      try client.send("HEAD /300000.txt HTTP/1.1\r\nHost: test\r\n\r\n")
      #expect(try client.reply(toHead: true)["content-length"] == "300000")
      #expect(try client.get("/hello").text == "hello")
    }
  }
}
