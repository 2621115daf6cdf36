public import Platform

extension ListeningSocket {
  /// Starts telling that connections wait, until `unwatch`. On the loop's thread.
  public func watch(on loop: EventLoop, onReady: @escaping () -> Void) throws(SystemError) {
    try loop.watch(descriptor, for: .readable) { _, _ in onReady() }
  }

  /// On the loop's thread.
  public func unwatch(on loop: EventLoop) { loop.unwatch(descriptor) }
}
