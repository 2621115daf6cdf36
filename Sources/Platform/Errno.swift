#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Why a system call failed: a value of C's `errno` (POSIX.1-2017, `<errno.h>`), by a name that does
/// not need the C library.
public struct Errno: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  public let rawValue: Int32

  public init(rawValue: Int32) { self.rawValue = rawValue }

  package init(_ rawValue: Int32) { self.rawValue = rawValue }

  /// Of the call that failed last on this thread; to be asked right after it.
  package static var last: Errno {
    #if canImport(Glibc)
      Errno(Glibc.errno)
    #else
      Errno(Darwin.errno)
    #endif
  }

  /// Puts it back where `last` finds it, for a signal handler.
  func setLast() {
    #if canImport(Glibc)
      Glibc.errno = rawValue
    #else
      Darwin.errno = rawValue
    #endif
  }

  /// What the system says of it: `Permission denied`.
  public var description: String { unsafe String(cString: strerror(rawValue)) }
}

extension Errno {
  public static let accessDenied = Errno(EACCES)
  public static let addressFamilyNotSupported = Errno(EAFNOSUPPORT)
  public static let addressInUse = Errno(EADDRINUSE)
  public static let addressNotAvailable = Errno(EADDRNOTAVAIL)
  public static let badAddress = Errno(EFAULT)
  public static let badDescriptor = Errno(EBADF)
  public static let brokenPipe = Errno(EPIPE)
  public static let connectionAborted = Errno(ECONNABORTED)
  public static let connectionRefused = Errno(ECONNREFUSED)
  public static let connectionReset = Errno(ECONNRESET)
  public static let hostUnreachable = Errno(EHOSTUNREACH)
  public static let inProgress = Errno(EINPROGRESS)
  public static let interrupted = Errno(EINTR)
  public static let invalidArgument = Errno(EINVAL)
  public static let nameTooLong = Errno(ENAMETOOLONG)
  public static let networkDown = Errno(ENETDOWN)
  public static let networkUnreachable = Errno(ENETUNREACH)
  public static let noBufferSpace = Errno(ENOBUFS)
  public static let noMemory = Errno(ENOMEM)
  public static let noSuchFile = Errno(ENOENT)
  public static let noSuchProcess = Errno(ESRCH)
  public static let notDirectory = Errno(ENOTDIR)
  public static let notPermitted = Errno(EPERM)
  public static let notSocket = Errno(ENOTSOCK)
  public static let protocolError = Errno(EPROTO)
  public static let readOnlyFileSystem = Errno(EROFS)
  public static let timedOut = Errno(ETIMEDOUT)
  public static let tooManyOpenFiles = Errno(EMFILE)
  public static let tooManyOpenFilesInSystem = Errno(ENFILE)
  public static let tooManySymbolicLinks = Errno(ELOOP)
  public static let wrongSocketType = Errno(EPROTOTYPE)
  /// `EAGAIN`, which is `EWOULDBLOCK` on the systems known here.
  public static let wouldBlock = Errno(EAGAIN)
}
