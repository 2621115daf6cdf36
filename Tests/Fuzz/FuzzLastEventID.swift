import EventLoop
import ServerSentEvents
import Synchronization

@testable import HTTPServer

/// A client that comes back is let in with whatever it remembers: the response to a request for a
/// stream is 200, or a refusal that blames the request. The input is the value of its
/// `Last-Event-ID` field, and may go on with other fields.
func fuzzLastEventID(_ input: [UInt8]) {
  let wire =
    Array("GET /stream HTTP/1.1\r\nHost: hall\r\nLast-Event-ID: ".utf8) + input
    + Array("\r\n\r\n".utf8)
  var parser = RequestParser(limits: RequestLimits(Limits()))
  do {
    guard let (head, _) = try parser.parse(wire.span) else {
      preconditionFailure("a whole head is not complete")
    }
    checkResponse(to: head)
  } catch {
    let refusal = Response(default: error.fields)
    refusal.status(error.status).send(error.message)
    // 501 is for a transfer coding that nobody here knows.
    precondition((400...499).contains(error.status.code) || error.status == .notImplemented)
    precondition(sent(refusal).starts(with: Array("HTTP/1.1 \(error.status.code) ".utf8)))
  }
}

/// What the id was, the stream of a response without a connection says again.
private let site: Responder = {
  var app = Application()
  app.log = .silent
  app.fields = securityHeaders()
  app.use(serverSentEvents())
  app.use(crossOrigin(allowing: .any))
  app.get("/stream") { request, response in
    do {
      try response.sseSetup()
    } catch StreamError.unavailable {
      let id = request.fields["Last-Event-ID"]
      response.send(try Event("{}", id: id).bytes, as: .eventStream)
    }
  }
  return app.build()
}()

/// Nothing here waits, so the task is done when it has been started.
private func checkResponse(to head: RequestHead) {
  let isDone = Atomic(false)
  _ = Task.immediate {
    let response = Response()
    await site.respond(Request(head, body: []), response)
    check(response, to: head)
    isDone.store(true, ordering: .relaxed)
  }
  precondition(isDone.load(ordering: .relaxed), "the handler waits for something")
}

private func check(_ response: Response, to head: RequestHead) {
  precondition(response.status == .ok, "\(response.status)")
  precondition(response.fields["Content-Type"] == "text/event-stream")
  guard case .bytes(let body) = response.body else { preconditionFailure("no events") }
  let id = head.fields["Last-Event-ID"] ?? ""
  let messages = EventSource(body).messages
  precondition(messages == [EventSource.Message(name: "message", data: "{}", lastEventID: id)])
  precondition(sent(response).starts(with: Array("HTTP/1.1 200 OK\r\n".utf8)))
}

/// The response as it goes over the wire; its head is lines, each of one field.
private func sent(_ response: Response) -> [UInt8] {
  var writer = ResponseWriter()
  let length = response.bodyBytes.count
  writer.writeHead(
    of: response, framing: .length(length), keepsAlive: true, at: LoopClock.system.now)
  let lines = writer.bytes.split(separator: 10, omittingEmptySubsequences: false)
  precondition(lines.dropLast().allSatisfy { $0.last == 13 && $0.count { $0 == 13 } == 1 })
  // The status, the date, the length and the empty line, with nothing behind it.
  precondition(lines.count == response.fields.count + 5 && lines.last?.isEmpty == true)
  return writer.bytes
}
