import Foundation
import TestSupport

@testable import Platform

/// What a service manager hears: a datagram socket of this machine, at a path or under an abstract
/// name, as `NOTIFY_SOCKET` says it.
final class NotifySocket: Sendable {
  let place: String
  private let socket: Descriptor

  /// - Parameter place: a path whose folder is there, or `@` and a name.
  init(at place: String) throws {
    self.place = place
    let address = try ServiceManager.address(of: place)
    socket = Descriptor(
      owning: try systemCall("socket") { Platform.makeSocket(AF_UNIX, Platform.datagramSocket, 0) })
    let number = socket.number
    try systemCall("bind") { unsafe address.withSockaddr { unsafe bind(number, $0, $1) } }
    // A test that waits for another one's program lets nobody else wait.
    try systemCall("fcntl") { fcntl(number, F_SETFL, O_NONBLOCK) }
  }

  /// The next message that was sent; `nil` where none is waiting.
  func next() -> String? {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = unsafe recv(socket.number, &bytes, bytes.count, 0)
    return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
  }

  /// Waits for the next message.
  func message() async throws -> String {
    try await eventually("a message to \(place)") { next() }
  }

  /// Waits for the next message that has a line.
  func message(with line: String) async throws -> String {
    try await eventually("\(line) to \(place)") {
      while let message = next() {
        if message.split(separator: "\n").contains(Substring(line)) { return message }
      }
      return nil
    }
  }
}
