#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A place in which every thread keeps an object of its own (`pthread_key_create(3)`).
///
/// The object is not retained: whoever sets it keeps it alive until it is taken out again. A slot is
/// for the life of the process.
package struct ThreadSlot<Object: AnyObject>: Sendable {
  private let key: pthread_key_t

  package init() {
    var key = pthread_key_t()
    let failure = unsafe pthread_key_create(&key, nil)
    precondition(failure == 0, "the system has no more keys for threads' own values")
    self.key = key
  }

  /// The calling thread's object.
  package var object: Object? {
    get {
      unsafe pthread_getspecific(key).map {
        unsafe Unmanaged<Object>.fromOpaque($0).takeUnretainedValue()
      }
    }
    nonmutating set {
      let object = unsafe newValue.map {
        unsafe UnsafeRawPointer(Unmanaged.passUnretained($0).toOpaque())
      }
      let failure = unsafe pthread_setspecific(key, object)
      precondition(failure == 0, "the system has no memory for a thread's own value")
    }
  }
}
