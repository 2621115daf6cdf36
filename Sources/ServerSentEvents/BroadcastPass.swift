/// Frames on their way to every subscriber of a shard, or to all that follow a topic, some of them in
/// each turn of the loop.
struct BroadcastPass {
  let frames: [Frame]
  /// Whose frames they are; `nil` for everyone.
  let topic: Topic?
  private let chunked: ArraySlice<UInt8>
  private let plain: ArraySlice<UInt8>
  /// Where in the shard's array it is, or in the topic's.
  var cursor = 0
  /// How long the loop was busy with it so far.
  var busyTime: Duration = .zero

  init(_ frames: [Frame]) {
    self.frames = frames
    topic = frames.first?.topic
    chunked = frames.bytes(isChunked: true)
    plain = frames.bytes(isChunked: false)
  }

  func bytes(isChunked: Bool) -> ArraySlice<UInt8> { isChunked ? chunked : plain }
}
