/// A call that either did something or would have had to wait.
package enum Attempt<Value> {
  case done(Value)
  case wouldBlock
}

/// Makes a system call again for as long as a signal interrupts it.
///
/// - Throws: `SystemError` for every other failure. `EBADF`, `EFAULT`, `ENOTSOCK` are our own
///   faults, not the peer's, and trap.
@discardableResult
package func systemCall<Value: FixedWidthInteger & SignedInteger>(
  _ name: StaticString, _ call: () -> Value
) throws(SystemError) -> Value {
  switch try attempt(name, call) {
  case .done(let value): return value
  case .wouldBlock: throw SystemError(call: "\(name)", errno: .wouldBlock)
  }
}

/// The same for a call on a non-blocking descriptor, where "would block" is a result.
package func attempt<Value: FixedWidthInteger & SignedInteger>(
  _ name: StaticString, _ call: () -> Value
) throws(SystemError) -> Attempt<Value> {
  while true {
    let value = call()
    if value != -1 { return .done(value) }
    let errno = Errno.last
    switch errno {
    case .interrupted: continue
    case .wouldBlock: return .wouldBlock
    case .badDescriptor, .badAddress, .notSocket: fatalError("\(name): \(errno)")
    default: throw SystemError(call: "\(name)", errno: errno)
    }
  }
}
