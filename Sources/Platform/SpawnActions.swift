#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a child process has open beside what this one leaves it: the ends of pipes, as its standard
/// streams.
@safe struct SpawnActions: ~Copyable {
  #if canImport(Glibc)
    private typealias Value = posix_spawn_file_actions_t
  #else
    private typealias Value = posix_spawn_file_actions_t?
  #endif

  private let value: UnsafeMutablePointer<Value>

  /// - Parameter streams: the child's number of each, and ours.
  /// - Throws: `SystemError` when there is no memory.
  init(_ streams: [Int32: Int32]) throws(SystemError) {
    unsafe value = .allocate(capacity: 1)
    var failure = unsafe posix_spawn_file_actions_init(value)
    guard failure == 0 else {
      unsafe value.deallocate()
      throw SystemError(call: "posix_spawn_file_actions_init", errno: Errno(failure))
    }
    for (number, ours) in streams where failure == 0 {
      failure = unsafe posix_spawn_file_actions_adddup2(value, ours, number)
    }
    if failure != 0 {
      throw SystemError(call: "posix_spawn_file_actions_adddup2", errno: Errno(failure))
    }
  }

  deinit {
    unsafe posix_spawn_file_actions_destroy(value)
    unsafe value.deallocate()
  }

  /// `posix_spawn(3)` with these actions and attributes.
  /// - Returns: 0, or the error number.
  func spawn(
    _ number: inout pid_t, _ path: String, _ attributes: borrowing SpawnAttributes,
    _ words: [UnsafeMutablePointer<CChar>?], environment: [UnsafeMutablePointer<CChar>?]
  ) -> Int32 {
    unsafe posix_spawn(&number, path, value, attributes.value, words, environment)
  }
}
