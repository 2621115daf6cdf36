import Foundation
import Platform

/// Ports that nobody listens on, for programs that do not let the system choose one.
public enum FreePort {
  /// They are free until somebody takes them.
  public static func some(_ count: Int) throws -> [Int] {
    let sockets = try (0..<count).map { _ in
      try ListeningSocket.open(host: "127.0.0.1", port: 0)[0]
    }
    return sockets.map(\.port)
  }
}
