import Platform
import ServerSentEvents
import Voting

/// This server among those that share the ledger: what it tells them, and what it hears of them.
final class Instances: Sendable {
  private let audience: Audience
  private let id: String
  private let name: String

  /// - Parameter port: `nil` where there is none.
  init(_ audience: Audience, port: Int?) {
    self.audience = audience
    id = String(UInt64.random(in: .min ... .max), radix: 36)
    name = [machineName() ?? "server", port.map(String.init)].compactMap(\.self)
      .joined(separator: ":")
  }

  /// As it is now.
  var own: Instance {
    var own = Instance(id: id, name: name)
    own.screens = audience.count
    own.phones = audience.count(of: VotingSite.phones)
    return own
  }

  /// Counts in what the others have.
  /// - Parameter all: this one too.
  func take(_ all: [Instance]) {
    let others = all.filter { $0.id != id }
    audience.setElsewhere(
      others.reduce(0) { $0 + $1.screens },
      groups: [VotingSite.phones: others.reduce(0) { $0 + $1.phones }])
  }
}
