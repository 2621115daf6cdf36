/// A task that responds to one request after the other, each from whichever connection it comes.
@safe final class RequestTask {
  private var connection: Connection?
  var handle: Task<Void, Never>?
  /// Resumed when there is another request, or none for this task ever again.
  private var alarm: UnsafeContinuation<Void, Never>?

  /// Gives it a connection whose request it is to respond to.
  func begin(on connection: Connection) {
    self.connection = connection
    connection.task = self
  }

  /// What it was given, once.
  func takeConnection() -> Connection? { connection.take() }

  /// Nobody waits for what the handler does. A cancelled task responds to no other request.
  func cancel() { handle?.cancel() }

  func sleep(until alarm: UnsafeContinuation<Void, Never>) { unsafe self.alarm = unsafe alarm }

  /// Lets the task go on, to its end where it has nothing to respond to. False if it does not sleep.
  @discardableResult
  func wake() -> Bool {
    guard let alarm = unsafe alarm.take() else { return false }
    unsafe alarm.resume()
    return true
  }
}
