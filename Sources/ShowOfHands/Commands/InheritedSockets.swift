import EventLoop
import Platform

/// The sockets that whoever started the program opened for it (sd_listen_fds(3)): descriptors from 3
/// on, as many as `LISTEN_FDS` says, when `LISTEN_PID` is this process. They stay open across a
/// restart, and meanwhile the kernel keeps the connections.
///
/// The variables are left as they are: no child is started, and its number would be another.
enum InheritedSockets {
  /// Takes them over; none are passed in the usual case.
  /// - Throws: `UsageError` for values that make no sense, and for a descriptor that is not a listening
  ///   Internet socket.
  static func take(
    environment: [String: String], processIdentifier: Int32
  ) throws(UsageError) -> [ListeningSocket] {
    let names = try names(environment: environment, processIdentifier: processIdentifier)
    var sockets: [ListeningSocket] = []
    for (index, name) in names.enumerated() {
      let number = firstDescriptor + Int32(index)
      do throws(InheritedSocketError) {
        sockets.append(try .inherit(number))
      } catch {
        throw UsageError(
          "Cannot serve on descriptor \(number), '\(printable(name))' in LISTEN_FDS: \(error).")
      }
    }
    return sockets
  }

  /// What each descriptor is called, as systemd has it where nobody says.
  static func names(
    environment: [String: String], processIdentifier: Int32
  ) throws(UsageError) -> [String] {
    guard let process = environment["LISTEN_PID"], let count = environment["LISTEN_FDS"] else {
      return []
    }
    guard let process = Int32(process), process > 0 else {
      throw UsageError(
        "LISTEN_PID cannot be '\(printable(process))'; it is the number of a process.")
    }
    guard process == processIdentifier else { return [] }
    guard let count = Int(count), (0...maxCount).contains(count) else {
      throw UsageError(
        "LISTEN_FDS cannot be '\(printable(count))'; it is a number from 0 to \(maxCount).")
    }
    guard let text = environment["LISTEN_FDNAMES"] else {
      return Array(repeating: "unknown", count: count)
    }
    let names = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard count == 0 || names.count == count else {
      throw UsageError("LISTEN_FDNAMES has \(names.count) names, but LISTEN_FDS is \(count).")
    }
    return count == 0 ? [] : names
  }

  private static let firstDescriptor: Int32 = 3
  /// Far more addresses than a hall has networks, far fewer than there are descriptors.
  private static let maxCount = 16
}
