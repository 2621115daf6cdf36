import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Signals of the operating system as values.
package enum Signals {
  /// The signals that ask a program to end: SIGTERM, and SIGINT as Ctrl-C sends it. From now on they
  /// no longer end it by themselves.
  package static func termination() -> AsyncStream<ProcessSignal> {
    let (stream, continuation) = AsyncStream.makeStream(of: ProcessSignal.self)
    for asked in [ProcessSignal.terminate, .interrupt] {
      signal(asked.rawValue, SIG_IGN)
      sources.withLock { sources in
        let source = DispatchSource.makeSignalSource(signal: asked.rawValue, queue: .global())
        source.setEventHandler { continuation.yield(asked) }
        source.activate()
        sources.append(source)
      }
    }
    return stream
  }

  /// Signals belong to the process, so what listens to them lives as long as it does.
  private static let sources = Mutex<[any DispatchSourceSignal]>([])

  /// Writing to a closed pipe becomes an error of that write instead of the end of the process.
  package static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }
}
