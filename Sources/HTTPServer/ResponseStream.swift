/// Why a response could not be, or could no longer be, a stream.
public enum StreamError: Error, Equatable {
  /// The response has no connection behind it: it was made in this process.
  case unavailable
  /// The peer has gone, or the stream was finished.
  case closed
}

public final class ResponseStream {}
