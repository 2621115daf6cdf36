/// Which call of the operating system failed, and why.
public struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The call that failed, by its name: `bind`.
  public let call: String
  /// Why it failed.
  public let errno: Errno

  /// A failure of a call, by the call's name.
  public init(call: String, errno: Errno) {
    self.call = call
    self.errno = errno
  }

  public var description: String { "\(call): \(reason)" }
  /// What the system says of it, without the call: `Address already in use`.
  public var reason: String { errno.description }
}

extension SystemError {
  /// The path leads nowhere, or nowhere this process may go.
  public var isNoSuchFile: Bool {
    [.noSuchFile, .notDirectory, .accessDenied, .tooManySymbolicLinks, .nameTooLong]
      .contains(errno)
  }

  /// The process or the system has as many files open as it may.
  public var isOutOfDescriptors: Bool {
    [.tooManyOpenFiles, .tooManyOpenFilesInSystem].contains(errno)
  }

  /// This machine does not have the address, or does not know its kind.
  var isNoSuchAddress: Bool {
    [.addressFamilyNotSupported, .addressNotAvailable].contains(errno)
  }
}
