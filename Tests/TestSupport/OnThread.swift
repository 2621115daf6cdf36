import Foundation

/// Runs what blocks on a thread of its own: Swift's few threads for tasks stay free for the test
/// that waits for it.
public func onThread<Value: Sendable>(
  _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
  }
}
