import Platform
import Synchronization

/// Ports that nobody listens on, for programs that do not let the system choose one.
public enum FreePort {
  /// Below those that the system gives to whoever asks for any, connections too.
  private static let range = 20_000..<32_000
  /// One is given once: the program that gets it takes a while to listen there.
  private static let given = Mutex<Set<Int>>([])

  /// - Throws: `SystemError` when a port cannot be tried.
  public static func some(_ count: Int) throws -> [Int] {
    var ports: [Int] = []
    while ports.count < count {
      let port = Int.random(in: range)
      guard given.withLock({ $0.insert(port).inserted }), try isFree(port) else { continue }
      ports.append(port)
    }
    return ports
  }

  private static func isFree(_ port: Int) throws -> Bool {
    do throws(SystemError) {
      _ = try ListeningSocket.open(host: "127.0.0.1", port: port)
      return true
    } catch {
      guard error.errno == .addressInUse else { throw error }
      return false
    }
  }
}
