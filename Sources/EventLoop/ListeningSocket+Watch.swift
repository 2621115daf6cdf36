public import Platform

extension ListeningSocket {
  /// Starts telling that connections wait, until `unwatch`. On the loop's thread; elsewhere it traps.
  /// - Throws: `SystemError` as `EventLoop.watch` has it.
  public func watch(on loop: EventLoop, onReady: @escaping () -> Void) throws(SystemError) {
    try loop.watch(descriptor, for: .readable) { _, _ in onReady() }
  }

  /// Stops telling. On the loop's thread; elsewhere it traps.
  public func unwatch(on loop: EventLoop) { loop.unwatch(descriptor) }
}
