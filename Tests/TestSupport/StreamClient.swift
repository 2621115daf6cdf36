import Foundation
import HTTPServer
import Testing

/// A program that reads event streams, by other people. `StreamClients` has a script for each,
/// which prints what it has read.
///
/// Those of PyPI are looked for in the folder that the variable `STREAM_CLIENTS` names; `.ci/run`
/// installs them there.
public enum StreamClient: String, CaseIterable, Sendable {
  // The names of the packages.
  case httpxSSE = "httpx-sse"
  case sseclientPy = "sseclient-py"
  case sseclient = "sseclient"
  case aiohttpSSEClient = "aiohttp-sse-client"
  case aiosseclient = "aiosseclient"
  case requestsSSE = "requests-sse"
  case requests = "requests"
  case curl
  case perl = "Perl's HTTP::Tiny"
  case nodeFetch = "Node's fetch"
  case nodeEventSource = "Node's package eventsource"
  case undici = "Node's own EventSource, of undici"
  case go = "Go's net/http"
  case goEventSource = "Go's package eventsource, of donovanhide"

  /// Whether it reads any text as a browser does. The others take off spaces or line ends, lose a
  /// first empty line, or end lines at characters that do not end one in an event stream.
  public var goesByTheStandard: Bool {
    switch self {
    case .sseclient, .aiohttpSSEClient, .aiosseclient, .requestsSSE: false
    default: true
    }
  }

  /// Reads a stream through a relay for as long as `body` runs, and compares the events with what
  /// the relay saw.
  /// - Parameter names: the events' names beside `message`; an `EventSource` has to be told.
  /// - Returns: the events.
  @discardableResult
  public func read(
    from port: Int, _ target: String, names: [String] = [],
    while body: (Reading) async throws -> Void
  ) async throws -> [ReceivedEvent] {
    if let absence {
      Issue.record("\(absence)")
      return []
    }
    var events: [ReceivedEvent] = []
    try await Relay.run(to: port) { relay in
      let url = "http://127.0.0.1:\(relay.port)\(target)"
      let environment = ["EVENT_NAMES=\(names.joined(separator: ","))"] + self.environment
      let program = try Program(environment + command + [url])
      try await body(Reading(program: program))
      let output = try program.text()
      await program.kill()
      var heard = try Self.heard(output)
      // Some come back by themselves to a stream that has ended.
      let all = relay.received.flatMap(Self.events)
      // It reads beneath the chunked coding, and takes the last chunk for an event without data.
      if self == .sseclient, heard.count > all.count { heard.removeLast() }
      let sent = all.prefix(heard.count)
      events = sent.map(\.event)
      #expect(heard.map(\.name) == events.map(\.name), "\(output)")
      #expect(heard.map(\.data) == events.map(\.data))
      for (heard, (event, lastID)) in zip(heard, sent) {
        // To some, none and an empty one are the same.
        #expect(
          heard.lastEventID ?? heard.id ?? ""
            == (heard.lastEventID == nil ? event.id ?? "" : lastID))
      }
    }
    return events
  }

  /// A client at work.
  public struct Reading {
    let program: Program

    /// Waits until it has printed an event that matches, as JSON has it.
    /// - Parameter pattern: with the part in brackets that is given back.
    @discardableResult
    public func hears(_ pattern: sending Regex<(Substring, Substring)>) async throws -> String {
      try await program.said(pattern, patienceSeconds: StreamClient.patienceSeconds)
    }
  }

  /// Go compiles first what it runs.
  private static let patienceSeconds = 120

  private static func heard(_ output: String) throws -> [Heard] {
    // The last line is not whole, or it is empty.
    try output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .filter { $0.hasPrefix("{") }
      .map { try JSONDecoder().decode(Heard.self, from: Data($0.utf8)) }
  }

  /// What a script prints of an event.
  private struct Heard: Decodable {
    let name: String
    let data: String
    let id: String?
    let lastEventID: String?
  }

  /// The events of a response as it came over the wire, each with the last id there was by then.
  private static func events(
    in bytes: [UInt8]
  ) -> [(event: ReceivedEvent, lastID: String)] {
    guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound else { return [] }
    let head = Reply(head: Array(bytes[..<end]))
    #expect(head.status == 200)
    var body = bytes[end...]
    if head["transfer-encoding"] == "chunked" { body = unchunked(body)[...] }
    var parser = EventStreamParser()
    return body.flatMap { byte in parser.feed([byte]).map { ($0, parser.lastEventID) } }
  }

  /// The last chunk may be cut off.
  private static func unchunked(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var (rest, body) = (bytes, [UInt8]())
    while let line = rest.firstRange(of: [13, 10]),
      let count = Int(String(decoding: rest[..<line.lowerBound], as: UTF8.self), radix: 16)
    {
      body += rest[line.upperBound...].prefix(count)
      rest = rest[line.upperBound...].dropFirst(count + 2)
    }
    return body
  }
}
