import Foundation
import Platform
import TestSupport
import Testing

/// The five systems, but for the voting app: as programs of a package outside this one.
@Suite("The example programs", .enabled(if: Program.isInstalled("swift"), "needs swift on PATH"))
struct ExamplesTests {
  @Test("blocks of Swift on a page are found, and nothing else")
  func blocks() {
    let page =
      "```sh\nls\n```\n\n```swift\nimport A\n\n  b\n```\n1. x\n   ```swift\n   import C\n   ```\n"
    #expect(Documentation.blocks(of: page) == ["import A\n\n  b\n", "import C\n"])
  }

  @Test("a clock ticks beside its page")
  func clock() async throws {
    try await withExample("Clock") { port in
      let page = try Client(port: port).get("/")
      #expect(page["content-type"] == "text/html; charset=utf-8")
      #expect(try page.text == source(of: "Clock"))
      let times = try Client.stream(port, "/events").messages(3).map(\.data)
      #expect(times == times.sorted())
      for time in times { _ = try Date(time, strategy: .iso8601) }
    }
  }

  @Test("a counter stream counts to nine and ends")
  func counter() async throws {
    try await withExample("CounterStream", endedBy: .interrupt) { port in
      #expect(try Client(port: port).get("/").text == source(of: "CounterStream"))
      let reply = try Client(port: port).get("/stream")
      #expect(ReceivedEvent.parse(reply.text).map(\.data) == (1...9).map { #"{"num":\#($0)}"# })
    }
  }

  @Test("a page is served, and its events count on and say when to come back")
  func pageAndEvents() async throws {
    try await withExample("EventsBesidePage") { port in
      let index = try Client(port: port).get("/")
      #expect(index["content-type"] == "text/html; charset=utf-8")
      #expect(try index.text == source(of: "EventsBesidePage"))
      let client = try Client.stream(port, "/events")
      #expect(try client.chunk() == [UInt8](":\nretry: 10000\n".utf8))
      #expect(try client.messages(3).map(\.data) == (1...3).map { #"{"count":\#($0)}"# })
    }
  }

  @Test(
    "a program that cannot start says why in one sentence, with status 2",
    arguments: [
      ("PORT=abc", "PORT is 'abc', and has to be a whole number from 0 to 65535.\n"),
      ("PORT=65536", "PORT is '65536', and has to be a whole number from 0 to 65535.\n"),
      ("INTERVAL_MS=0", "INTERVAL_MS is '0', and has to be a whole number from 1 to 60000.\n"),
    ])
  func badVariable(variable: String, sentence: String) async throws {
    let path = try await OutsidePackage.programs()
    let (status, output) = try await Program(variable, "\(path)/Clock").finish()
    #expect(status == 2)
    #expect(output == sentence)
  }

  @Test("a program whose port is in use says so in one sentence, with status 2")
  func portInUse() async throws {
    try await withExample("Clock") { port in
      let path = try await OutsidePackage.programs()
      let (status, output) = try await Program("PORT=\(port)", "\(path)/Hub").finish()
      #expect(status == 2)
      #expect(output.hasPrefix("Port \(port) is in use: "))
      #expect(output.split(separator: "\n").count == 1)
    }
  }

  private func source(of example: String) throws -> String {
    try String(
      contentsOfFile: "\(packageFolder)/Sources/Examples/\(example)/Public/index.html",
      encoding: .utf8)
  }
}

/// Runs an example on a port of the system's choice, and asks it to end when `body` is done.
/// - Parameter body: may block; it gets the port.
@discardableResult
func withExample<Value>(
  _ example: String, endedBy signal: ProcessSignal = .terminate,
  _ body: (_ port: Int) async throws -> Value
) async throws -> Value {
  let path = try await OutsidePackage.programs()
  let program = try Program("PORT=0", "INTERVAL_MS=1", "\(path)/\(example)")
  let port = try await program.said(/serving at http:\/\/localhost:(\d+)\//)
  let value = try await withTaskExecutorPreference(QueueExecutor()) {
    try await body(#require(Int(port)))
  }
  #expect(await program.end(with: signal) == 0)
  return value
}
