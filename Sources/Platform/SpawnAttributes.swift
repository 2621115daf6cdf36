#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How a child process starts: no signal is blocked, and those that a parent may ignore do what they
/// do by default. It would otherwise inherit that, and could not be ended.
@safe struct SpawnAttributes: ~Copyable {
  #if canImport(Glibc)
    private typealias Value = posix_spawnattr_t
  #else
    private typealias Value = posix_spawnattr_t?
  #endif

  private let value: UnsafeMutablePointer<Value>

  /// - Throws: `SystemError` when there is no memory.
  init() throws(SystemError) {
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
    unsafe posix_spawnattr_setflags(value, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
  }

  deinit {
    unsafe posix_spawnattr_destroy(value)
    unsafe value.deallocate()
  }

  /// `posix_spawn(3)` with these attributes.
  /// - Returns: 0, or the error number.
  func spawn(
    _ number: inout pid_t, _ path: String, _ words: [UnsafeMutablePointer<CChar>?],
    environment: [UnsafeMutablePointer<CChar>?]
  ) -> Int32 {
    unsafe posix_spawn(&number, path, nil, value, words, environment)
  }
}
