/// What the operating system answered when a call failed.
public struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The call that failed, by its name: `bind`.
  public let call: String
  /// The value of `errno`.
  public let number: Int32

  public var description: String { "\(call): \(reason)" }
  public var reason: String { String(cString: strerror(number)) }
}

/// A call that either did something or would have had to wait.
enum Attempt<Value> {
  case done(Value)
  case wouldBlock
}

/// Makes a system call again for as long as a signal interrupts it.
///
/// - Throws: `SystemError` for every other failure. `EBADF`, `EFAULT`, `ENOTSOCK` are our own
///   faults, not the peer's, and trap.
@discardableResult
func systemCall<Value: FixedWidthInteger & SignedInteger>(
  _ name: StaticString, _ call: () -> Value
) throws(SystemError) -> Value {
  switch try attempt(name, call) {
  case .done(let value): return value
  case .wouldBlock: throw SystemError(call: "\(name)", number: EAGAIN)
  }
}

/// The same for a call on a non-blocking descriptor, where "would block" is an answer.
func attempt<Value: FixedWidthInteger & SignedInteger>(
  _ name: StaticString, _ call: () -> Value
) throws(SystemError) -> Attempt<Value> {
  while true {
    let value = call()
    if value != -1 { return .done(value) }
    let number = errno
    switch number {
    case EINTR: continue
    case EAGAIN, EWOULDBLOCK: return .wouldBlock
    case EBADF, EFAULT, ENOTSOCK: fatalError("\(name): \(String(cString: strerror(number)))")
    default: throw SystemError(call: "\(name)", number: number)
    }
  }
}
