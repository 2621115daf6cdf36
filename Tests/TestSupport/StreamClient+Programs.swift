import Foundation

// Where the clients are, and how they are started.
extension StreamClient {
  private static let scripts = #filePath.replacing(
    "StreamClient+Programs.swift", with: "StreamClients/")
  private static let python = ProcessInfo.processInfo.environment["STREAM_CLIENTS"]

  /// Those to try: all that are here. `REQUIRE_BROWSER=1` makes the absence of one that comes with
  /// most systems a failure.
  public static let tried = allCases.filter { $0.absence == nil || $0.isRequired }

  /// Why the others are not tried; empty where all are.
  public static let absences = allCases.compactMap(\.absence).joined(separator: "; ")

  /// Why it cannot be tried; `nil` where it can.
  var absence: String? {
    if let package {
      guard let python = Self.python else {
        return "STREAM_CLIENTS names no folder with \(rawValue)"
      }
      return exists("\(python)/\(package)") ? nil : "\(rawValue) is not in \(python)"
    }
    for program in [command[0]] + (self == .curl ? ["curl"] : []) {
      if !Program.isInstalled(program) { return "\(program) is not on PATH" }
    }
    let isThere =
      switch self {
      case .nodeEventSource: exists("\(Self.nodePackages)/eventsource")
      case .goEventSource: exists("\(Self.goPackages)/src/github.com/donovanhide/eventsource")
      case .undici: Self.nodeHasEventSource
      default: true
      }
    return isThere ? nil : "\(rawValue) is not installed"
  }

  /// Since 20.18.
  private static let nodeHasEventSource: Bool = {
    let node = Process()
    node.executableURL = URL(filePath: "/usr/bin/env")
    node.arguments = ["node", "--experimental-eventsource", "-e", "0"]
    node.standardError = FileHandle.nullDevice
    // A system without `env` has no such Node either.
    guard (try? node.run()) != nil else { return false }
    node.waitUntilExit()
    return node.terminationStatus == 0
  }()

  private var isRequired: Bool {
    ProcessInfo.processInfo.environment["REQUIRE_BROWSER"] == "1"
      && [.curl, .perl, .nodeFetch].contains(self)
  }

  private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  // Where Debian has them.
  private static let nodePackages = "/usr/share/nodejs"
  private static let goPackages = "/usr/share/gocode"

  /// What is of it in that folder.
  private var package: String? {
    switch self {
    case .httpxSSE: "httpx_sse"
    case .sseclientPy: "sseclient"
    // Both call their module `sseclient`, so that this one has a folder of its own.
    case .sseclient: "btubbs/sseclient.py"
    case .aiohttpSSEClient: "aiohttp_sse_client"
    case .aiosseclient: "aiosseclient.py"
    case .requestsSSE: "requests_sse"
    case .requests: "requests"
    default: nil
    }
  }

  var environment: [String] {
    switch self {
    case .nodeEventSource: ["NODE_PATH=\(Self.nodePackages)"]
    case .undici: ["NODE_OPTIONS=--experimental-eventsource", "NODE_NO_WARNINGS=1"]
    case .go, .goEventSource: ["GO111MODULE=off", "GOPATH=\(Self.goPackages)"]
    case .sseclient: ["PYTHONPATH=\(Self.python ?? "")/btubbs:\(Self.python ?? "")"]
    default: package == nil ? [] : ["PYTHONPATH=\(Self.python ?? "")"]
    }
  }

  var command: [String] {
    switch self {
    case .httpxSSE: ["python3", Self.scripts + "httpx-sse.py"]
    case .sseclientPy: ["python3", Self.scripts + "sseclient-py.py"]
    case .sseclient: ["python3", Self.scripts + "sseclient-btubbs.py"]
    case .aiohttpSSEClient: ["python3", Self.scripts + "aiohttp-sse-client.py"]
    case .aiosseclient: ["python3", Self.scripts + "aiosseclient-ebraminio.py"]
    case .requestsSSE: ["python3", Self.scripts + "requests-sse.py"]
    case .requests: ["python3", Self.scripts + "requests-lines.py"]
    case .curl: ["python3", Self.scripts + "curl.py"]
    case .perl: ["perl", Self.scripts + "perl.pl"]
    case .nodeFetch: ["node", Self.scripts + "node-fetch.js"]
    case .nodeEventSource, .undici: ["node", Self.scripts + "node-eventsource.js"]
    case .go: ["go", "run", Self.scripts + "lines.go"]
    case .goEventSource: ["go", "run", Self.scripts + "eventsource.go"]
    }
  }
}
