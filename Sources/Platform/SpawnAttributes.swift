#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How a child process starts: no signal is blocked, and those that a parent may ignore do what they
/// do by default. It would otherwise inherit that, and could not be ended.
struct SpawnAttributes: ~Copyable {
  #if canImport(Glibc)
    private typealias Value = posix_spawnattr_t
  #else
    private typealias Value = posix_spawnattr_t?
  #endif

  private let value: UnsafeMutablePointer<Value>

  /// - Throws: `SystemError` when there is no memory.
  init() throws(SystemError) {
    value = .allocate(capacity: 1)
    let failure = posix_spawnattr_init(value)
    guard failure == 0 else {
      value.deallocate()
      throw SystemError(call: "posix_spawnattr_init", errno: Errno(failure))
    }
    var signals = sigset_t()
    sigemptyset(&signals)
    // These fail for bad flags and pointers only.
    posix_spawnattr_setsigmask(value, &signals)
    for signal in [SIGHUP, SIGINT, SIGPIPE, SIGQUIT, SIGTERM] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(value, &signals)
    posix_spawnattr_setflags(value, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
  }

  deinit {
    posix_spawnattr_destroy(value)
    value.deallocate()
  }

  /// `posix_spawn(3)` with these attributes.
  /// - Returns: 0, or the error number.
  func spawn(
    _ number: inout pid_t, _ path: String, _ words: [UnsafeMutablePointer<CChar>?],
    environment: [UnsafeMutablePointer<CChar>?]
  ) -> Int32 {
    posix_spawn(&number, path, nil, value, words, environment)
  }
}
