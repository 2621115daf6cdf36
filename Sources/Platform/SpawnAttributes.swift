#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How a child process starts: no signal is blocked, and those that a parent may ignore do what they
/// do by default. It would otherwise inherit that, and could not be ended.
@safe struct SpawnAttributes: ~Copyable {
  #if canImport(Glibc)
    typealias Value = posix_spawnattr_t
  #else
    typealias Value = posix_spawnattr_t?
  #endif

  let value: UnsafeMutablePointer<Value>

  /// - Parameter isInOwnGroup: a terminal's Ctrl-C does not reach it.
  /// - Throws: `SystemError` when there is no memory.
  init(isInOwnGroup: Bool) throws(SystemError) {
    unsafe value = .allocate(capacity: 1)
    let failure = unsafe posix_spawnattr_init(value)
    guard failure == 0 else {
      unsafe value.deallocate()
      throw SystemError(call: "posix_spawnattr_init", errno: Errno(failure))
    }
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    // These fail for bad flags and pointers only.
    unsafe posix_spawnattr_setsigmask(value, &signals)
    for signal in [SIGHUP, SIGINT, SIGPIPE, SIGQUIT, SIGTERM, SIGXFSZ] {
      unsafe sigaddset(&signals, signal)
    }
    unsafe posix_spawnattr_setsigdefault(value, &signals)
    let group = isInOwnGroup ? POSIX_SPAWN_SETPGROUP : 0
    unsafe posix_spawnattr_setflags(
      value, Int16(Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF) | Int32(group)))
  }

  deinit {
    unsafe posix_spawnattr_destroy(value)
    unsafe value.deallocate()
  }
}
