import HTTPServer
import Synchronization

/// The server that carries the site, for what the site tells of it. The site is there first.
final class RunningServer: Sendable {
  private struct Reference {
    /// The server holds the site: the site must not hold the server.
    weak var server: Server?
    var isStopping = false
  }

  private let reference = Mutex(Reference())

  func set(_ server: Server) { reference.withLock { $0.server = server } }

  /// It takes requests yet, and will not for long.
  func willStop() { reference.withLock { $0.isStopping = true } }

  var isStopping: Bool { reference.withLock { $0.isStopping } }

  /// `nil` before the server runs, and where a test asks the site without one.
  var statistics: ServerStatistics? {
    get async { await reference.withLock { $0.server }?.statistics }
  }
}
