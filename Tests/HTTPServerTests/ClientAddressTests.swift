import EventLoop
import HTTPServer
import TestSupport
import Testing

@Suite("Client addresses", .timeLimit(.minutes(5)))
struct ClientAddressTests {
  @Test(
    "a request knows where it came from, over IPv4 and over a socket of both",
    arguments: ["127.0.0.1", nil])
  func clientAddress(host: String?) async throws {
    var app = Application()
    app.get("/") { request, response in response.send(request.clientAddress ?? "nowhere") }
    let loops = try EventLoop.start(count: 1)
    defer { for loop in loops { loop.stop() } }
    let server = try await app.listen(host: host, port: 0, on: loops)
    let client = try Client(port: server.port)
    for _ in 1...2 { #expect(try client.get("/").text == "127.0.0.1") }
    await server.stop(patience: .zero)
  }

  @Test("a request made in process came from nowhere")
  func inProcess() {
    #expect(Request(.get, "/").clientAddress == nil)
  }
}
