import Foundation
import Testing

@testable import Platform

@Suite("A Unix socket")
struct UnixSocketTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())").path
  private var path: String { "\(folder)/s" }

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder)
  }

  private func refusal(at path: String) -> UnixSocketError? {
    #expect(throws: UnixSocketError.self) { try ListeningSocket.open(path: path) }
  }

  @Test("a Unix socket may be used by its owner and its group, and its file goes with it")
  func life() throws {
    let socket = try ListeningSocket.open(path: path)
    #expect(socket.path == path && socket.host.isEmpty && socket.port == 0)
    let status = try FileStatus(at: path)
    #expect(status.kind == .socket && status.permissions == 0o660)
    let client = try connect()
    guard case .connection(let connection) = try socket.accept() else {
      Issue.record("nobody was connected")
      return
    }
    #expect(connection.peerAddress() == .unix && client.peerAddress() == .unix)
    // Options that are TCP's do no harm.
    connection.configureConnection(patience: .seconds(60))
    socket.shutDown()
    #expect(try names().isEmpty)
    #expect(throws: SystemError.self) { _ = try connect() }
  }

  @Test("a Unix socket's file goes also where its server never began to serve")
  func dropped() throws {
    _ = try ListeningSocket.open(path: path)
    #expect(try names().isEmpty)
  }

  @Test("a Unix socket that a killed server left is replaced")
  func stale() throws {
    try leaveSocket()
    #expect(try FileStatus(at: path).kind == .socket)
    let socket = try ListeningSocket.open(path: path)
    _ = try connect()
    socket.shutDown()
  }

  @Test("a Unix socket that a server listens on is refused, and stays")
  func live() throws {
    let socket = try ListeningSocket.open(path: path)
    #expect(refusal(at: path) == .inUse)
    _ = try connect()
    socket.shutDown()
  }

  @Test("of many servers that start at one path at once, one gets it", arguments: [false, true])
  func race(isStale: Bool) async throws {
    if isStale { try leaveSocket() }
    let path = path
    let sockets = await withTaskGroup { group in
      for _ in 0..<16 {
        // All but one are refused.
        group.addTask { try? ListeningSocket.open(path: path) }
      }
      return await group.reduce(into: []) { if let socket = $1 { $0.append(socket) } }
    }
    #expect(sockets.count == 1)
    _ = try connect()
  }

  @Test("what else is at the path of a Unix socket is never deleted")
  func somethingElse() throws {
    let manager = FileManager.default
    try Data("kept".utf8).write(to: URL(filePath: path))
    #expect(refusal(at: path) == .notSocket)
    try manager.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: "/nowhere")
    #expect(refusal(at: "\(folder)/link") == .notSocket)
    #expect(refusal(at: folder) == .notSocket)
    let datagrams = Descriptor(owning: Platform.makeSocket(AF_UNIX, Platform.datagramSocket, 0))
    let address = try #require(SocketAddress(path: "\(folder)/d"))
    try systemCall("bind") {
      unsafe address.withSockaddr { unsafe bind(datagrams.number, $0, $1) }
    }
    #expect(refusal(at: "\(folder)/d") == .notSocket)
    #expect(try names().sorted() == ["d", "link", "s"])
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "kept")
  }

  @Test("a Unix socket that somebody else put in the place of ours is not removed with ours")
  func replaced() throws {
    let ours = try ListeningSocket.open(path: path)
    try FileManager.default.removeItem(atPath: path)
    let theirs = try ListeningSocket.open(path: path)
    ours.shutDown()
    _ = try connect()
    theirs.shutDown()
    #expect(try names().isEmpty)
  }

  @Test("a Unix socket's path has a length that the system takes, and no zero")
  func pathLength() throws {
    #expect([103, 107].contains(SocketAddress.maxPathBytes))
    for path in ["", "a\0b", "/tmp/" + String(repeating: "x", count: 200)] {
      #expect(refusal(at: path) == .badPath)
    }
    #expect(refusal(at: "\(folder)/no/s") != .badPath)
    // The longest is taken whole.
    let name = String(repeating: "x", count: SocketAddress.maxPathBytes)
    #expect(SocketAddress(path: name)?.path == name)
    #expect(SocketAddress(path: name + "x") == nil)
  }

  @Test("a Unix socket is inherited with its path, and stays when it is shut down")
  func inherited() throws {
    let original = try ListeningSocket.open(path: path)
    let socket = try ListeningSocket.inherit(dup(original.descriptor.number))
    #expect(socket.path == path)
    socket.shutDown()
    _ = try connect()
    original.shutDown()
  }

  /// As a server that is killed does: nobody removes the file.
  private func leaveSocket() throws {
    let socket = Descriptor(owning: Platform.makeSocket(AF_UNIX, Platform.streamSocket, 0))
    let address = try #require(SocketAddress(path: path))
    try systemCall("bind") { unsafe address.withSockaddr { unsafe bind(socket.number, $0, $1) } }
    try systemCall("listen") { listen(socket.number, 1) }
  }

  private func connect() throws -> Descriptor {
    try Descriptor(connectingTo: #require(SocketAddress(path: path)))
  }
}
