#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Why a system call failed: a value of C's `errno` (POSIX.1-2017, `<errno.h>`), by a name that
/// does not need the C library.
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
  /// `EACCES`: the file's permissions, or a port below 1024.
  public static let accessDenied = Errno(EACCES)
  /// `EAFNOSUPPORT`: such as IPv6 where it is switched off.
  public static let addressFamilyNotSupported = Errno(EAFNOSUPPORT)
  /// `EADDRINUSE`: another socket listens there.
  public static let addressInUse = Errno(EADDRINUSE)
  /// `EADDRNOTAVAIL`: this machine does not have the address.
  public static let addressNotAvailable = Errno(EADDRNOTAVAIL)
  /// `EFAULT`: a fault of the program; `Platform` traps at it.
  public static let badAddress = Errno(EFAULT)
  /// `EBADF`: a fault of the program; `Platform` traps at it.
  public static let badDescriptor = Errno(EBADF)
  /// `EPIPE`: the reader has gone.
  public static let brokenPipe = Errno(EPIPE)
  /// `ECONNABORTED`: a connection ended before it was accepted.
  public static let connectionAborted = Errno(ECONNABORTED)
  /// `ECONNREFUSED`: nobody listens there.
  public static let connectionRefused = Errno(ECONNREFUSED)
  /// `ECONNRESET`: the peer has broken it off.
  public static let connectionReset = Errno(ECONNRESET)
  /// `EEXIST`: something is at the path.
  public static let fileExists = Errno(EEXIST)
  /// `EHOSTUNREACH`: no way leads there.
  public static let hostUnreachable = Errno(EHOSTUNREACH)
  /// `EINPROGRESS`: a socket that does not block goes on connecting.
  public static let inProgress = Errno(EINPROGRESS)
  /// `EINTR`: by a signal; `Platform` calls again.
  public static let interrupted = Errno(EINTR)
  /// `EINVAL`: also a host or a port that there is not.
  public static let invalidArgument = Errno(EINVAL)
  /// `ENAMETOOLONG`: a path, or a part of it.
  public static let nameTooLong = Errno(ENAMETOOLONG)
  /// `ENETDOWN`: the interface is.
  public static let networkDown = Errno(ENETDOWN)
  /// `ENETUNREACH`: no route leads there.
  public static let networkUnreachable = Errno(ENETUNREACH)
  /// `ENOBUFS`: the system is out of memory for sockets.
  public static let noBufferSpace = Errno(ENOBUFS)
  /// `ENOMEM`: the system is out of it.
  public static let noMemory = Errno(ENOMEM)
  /// `ENOENT`: nothing is at the path.
  public static let noSuchFile = Errno(ENOENT)
  /// `ESRCH`: it has ended.
  public static let noSuchProcess = Errno(ESRCH)
  /// `ENOTDIR`: a part of the path is no folder.
  public static let notDirectory = Errno(ENOTDIR)
  /// `EPERM`: whatever the file's permissions say.
  public static let notPermitted = Errno(EPERM)
  /// `ENOTSOCK`: a fault of the program; `Platform` traps at it.
  public static let notSocket = Errno(ENOTSOCK)
  /// `EPROTO`: the connection went wrong before it was accepted.
  public static let protocolError = Errno(EPROTO)
  /// `EROFS`: nothing can be written there.
  public static let readOnlyFileSystem = Errno(EROFS)
  /// `ETIMEDOUT`: the peer did not answer.
  public static let timedOut = Errno(ETIMEDOUT)
  /// `EMFILE`: this process has as many as it may.
  public static let tooManyOpenFiles = Errno(EMFILE)
  /// `ENFILE`: all processes together have.
  public static let tooManyOpenFilesInSystem = Errno(ENFILE)
  /// `ELOOP`: they lead in a circle, more or less.
  public static let tooManySymbolicLinks = Errno(ELOOP)
  /// `EPROTOTYPE`: a stream was wanted where datagrams are, or the other way round.
  public static let wrongSocketType = Errno(EPROTOTYPE)
  /// `EAGAIN`, which is `EWOULDBLOCK` on the systems known here.
  public static let wouldBlock = Errno(EAGAIN)
}
