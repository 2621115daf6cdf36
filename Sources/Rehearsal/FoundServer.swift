import EventLoop
import Platform

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A server, and which of its host's addresses responds.
struct FoundServer: Sendable {
  let endpoint: Endpoint
  let address: SocketAddress

  /// Asks each of the host's addresses.
  /// - Returns: the server, and its tally.
  static func find(
    _ endpoint: Endpoint, on loop: EventLoop
  ) async throws(Failure) -> (FoundServer, Tally) {
    var failure: Failure?
    do {
      for address in try endpoint.addresses() {
        let server = FoundServer(endpoint: endpoint, address: address)
        do throws(Failure) {
          return (server, try await server.tally(on: loop))
        } catch {
          failure = failure ?? error
        }
      }
    } catch {
      throw .unreachable(error)
    }
    throw failure ?? .noResult(status: 0)
  }

  /// Asks `/result.json`.
  func tally(on loop: EventLoop) async throws(Failure) -> Tally {
    let request = Request(on: loop)
    switch await request.get("/result.json", at: address, of: endpoint) {
    case .notSent(let error): throw .unreachable(error)
    case .unanswered: throw .noResult(status: 0)
    case .responded(let response):
      do {
        let result = try JSONDecoder().decode(Result.self, from: Data(response.body))
        if result.open == false { throw Failure.votingClosed }
        return Tally(yes: result.yes, no: result.no)
      } catch {
        throw (error as? Failure) ?? .noResult(status: response.status)
      }
    }
  }

  private struct Result: Decodable {
    let yes: Int
    let no: Int
    let open: Bool?
  }
}
