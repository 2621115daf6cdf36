/// Frames on their way to every subscriber of a shard, some of them in each turn of the loop.
struct BroadcastPass {
  /// Subscribers that join while it runs carry its number: what they were sent first includes it.
  let number: Int
  let frames: [Frame]
  private let chunked: ArraySlice<UInt8>
  private let plain: ArraySlice<UInt8>
  /// Where in the shard's array it is.
  var cursor = 0
  /// How long the loop was busy with it so far.
  var busyTime: Duration = .zero

  init(_ frames: [Frame], number: Int) {
    self.frames = frames
    self.number = number
    chunked = frames.bytes(isChunked: true)
    plain = frames.bytes(isChunked: false)
  }

  func bytes(isChunked: Bool) -> ArraySlice<UInt8> { isChunked ? chunked : plain }
}
