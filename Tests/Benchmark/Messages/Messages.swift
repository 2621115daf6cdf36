import EventLoop
import Foundation
import HTTPServer
import Platform
import ServerSentEvents
import Synchronization

/// A server of messages for `.ci/measure --messages`, made of what the library offers to anybody:
/// who follows `/stream` gets them all, and `/send?count=N` sends N. Prints its port.
///
/// usage: Messages HISTORY     How many are kept for those who come back.
@main
struct Messages {
  static func main() async throws {
    guard CommandLine.arguments.count == 2, let history = Int(CommandLine.arguments[1]) else {
      throw ExitReason.usage
    }
    _ = OpenFiles.raiseLimit()
    let signals = try Signals.termination()
    let loops = try EventLoop.start(count: ProcessInfo.processInfo.activeProcessorCount)
    let audience = Audience(on: loops, history: history)
    let server = try await application(audience).listen(host: "127.0.0.1", port: 0, on: loops)
    print(server.port)
    fflush(nil)
    for await _ in signals { break }
    await audience.end()
    await server.stop(patience: .zero)
    for loop in loops { loop.stop() }
  }

  private enum ExitReason: Error { case usage }

  private static func application(_ audience: Audience) -> Application {
    let sent = Sent()
    var app = Application()
    app.use(serverSentEvents())
    app.get("/stream") { _, response in
      try response.sseSetup()
      // Where it begins: what comes has the next number.
      try audience.join(response, first: try event(sent.number.withLock { $0 }))
    }
    app.get("/send") { request, response in
      guard let count = request.query["count"].flatMap({ Int($0) }), count > 0 else {
        return response.status(.badRequest).send("count")
      }
      // Numbered and sent in one order, whoever asks meanwhile.
      try sent.number.withLock { number in
        for _ in 0..<count {
          number += 1
          audience.send(try event(number))
        }
      }
      response.send("sent")
    }
    return app
  }

  private final class Sent: Sendable {
    let number = Mutex(0)
  }

  /// About a hundred bytes, and what the benchmark's client takes for a tally of so many votes.
  private static func event(_ number: Int) throws -> Event {
    let text = "a message of about a hundred bytes, as a chat or a log has"
    return try Event("{\"yes\":\(number),\"no\":0,\"text\":\"\(text)\"}")
  }
}
