import Platform
import TestSupport
import Testing

@testable import HTTPServer

@Suite("A program that runs an application")
struct RunTests {
  @Test("a number from the environment is taken where it is in its range")
  func number() throws {
    #expect(try environmentNumber("", default: 3000, in: 0...65_535) == 3000)
    #expect(try environmentNumber("0", default: 3000, in: 0...65_535) == 0)
    #expect(try environmentNumber("65535", default: 3000, in: 0...65_535) == 65_535)
  }

  @Test(
    "a number from the environment that cannot be used is told in a sentence",
    arguments: ["abc", "65536", "-1", " 1", "1.5", "99999999999999999999"])
  func badNumber(value: String) {
    let error = #expect(throws: EnvironmentNumberError.self) {
      try environmentNumber(value, default: 3000, in: 0...65_535)
    }
    #expect(error?.description == "is '\(value)', and has to be a whole number from 0 to 65535.")
  }

  @Test("of a long value only the start is told")
  func longValue() {
    let error = EnvironmentNumberError(value: String(repeating: "x", count: 10_000), range: 1...2)
    #expect(error.description.count < 120)
  }

  @Test(
    "the address is one that a browser on this machine can open",
    arguments: [
      (nil, "http://localhost:80/"), ("0.0.0.0", "http://localhost:80/"),
      ("::", "http://localhost:80/"), ("::1", "http://[::1]:80/"),
      ("127.0.0.1", "http://127.0.0.1:80/"),
    ])
  func address(host: String?, address: String) {
    #expect(Application.address(host: host, port: 80) == address)
  }

  @Test("a port that cannot be had is told in a sentence that says what to do")
  func portTaken() throws {
    let sockets = try ListeningSocket.open(host: "127.0.0.1", port: 0)
    let port = sockets[0].port
    let error = #expect(throws: SystemError.self) {
      try ListeningSocket.open(host: "127.0.0.1", port: port)
    }
    let sentence = Application.sentence(for: try #require(error), host: nil, port: port)
    #expect(
      sentence == "Port \(port) is in use: stop the other program, or choose another port with the "
        + "variable PORT.")
  }

  @Test("files are found beside the source of the program, wherever it is started")
  func filesBesideSource() async throws {
    let folder = try TemporaryFolder()
    try folder.write("<!doctype html>", to: "Public/index.html")
    var app = Application()
    app.use(try staticFiles(from: "Public", beside: folder.path + "/Clock.swift"))
    try await withServer(app) { port in
      let page = try Client(port: port).get("/")
      #expect(page.text == "<!doctype html>")
    }
    // An absolute path stands by itself.
    _ = try staticFiles(from: folder.path, beside: "/elsewhere/Clock.swift")
  }
}
