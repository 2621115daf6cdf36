import Dispatch
import Synchronization

/// Signals of the operating system as values.
public enum Signals {
  /// The signals that ask a program to end: SIGTERM, and SIGINT as Ctrl-C sends it. From now on they
  /// no longer end it by themselves.
  public static func termination() -> AsyncStream<Int32> {
    let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
    for number in [SIGTERM, SIGINT] {
      signal(number, SIG_IGN)
      sources.withLock { sources in
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler { continuation.yield(number) }
        source.activate()
        sources.append(source)
      }
    }
    return stream
  }

  /// Signals belong to the process, so what listens to them lives as long as it does.
  private static let sources = Mutex<[any DispatchSourceSignal]>([])

  /// Writing to a closed pipe becomes an error of that write instead of the end of the process.
  public static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }
}
