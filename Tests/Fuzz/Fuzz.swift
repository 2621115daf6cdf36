import Foundation

/// Feeds a part of the program whatever libFuzzer can think of, until something breaks it:
///
///     FUZZ=1 swift run -c release --scratch-path .build-fuzz Fuzz request-head
///
/// What follows the fuzzer's name goes to libFuzzer: `-max_total_time=120`, or the path of a crash
/// to try again. It starts from the seeds in `Corpus/` and keeps what it finds in `.build-fuzz`.
/// A new fuzzer is a function in a file of its own, an entry in `fuzzers` and a folder of seeds.
@main
enum Fuzz {
  /// A fuzzer traps where an input shows a fault.
  typealias Fuzzer = @Sendable (_ input: [UInt8]) -> Void

  static let fuzzers: [String: Fuzzer] = [
    "chunked-body": fuzzChunkedBody,
    "event": fuzzEvent,
    "form": fuzzForm,
    "last-event-id": fuzzLastEventID,
    "reply": fuzzReply,
    "request-head": fuzzRequestHead,
    "template": fuzzTemplate,
  ]

  static func main() throws {
    guard let name = CommandLine.arguments.dropFirst().first, fuzzers[name] != nil else {
      print("Name a fuzzer: \(fuzzers.keys.sorted().joined(separator: ", ")).")
      exit(2)
    }
    let seeds = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(components: "Corpus", name).path()
    let found = ".build-fuzz/found/\(name)/"
    try FileManager.default.createDirectory(atPath: found, withIntermediateDirectories: true)
    let options = CommandLine.arguments.dropFirst(2)
    let isReplay = options.contains { !$0.hasPrefix("-") }
    // Swift's own report of a crash runs into the sanitizer and hangs; libFuzzer has a better one,
    // but leaves alone what is handled already.
    for number in [SIGILL, SIGTRAP, SIGABRT] { signal(number, SIG_DFL) }
    run(
      ["Fuzz", "-max_len=512", "-artifact_prefix=\(found)"] + options
        + (isReplay ? [] : [found, seeds]))
  }

  /// Hands over to libFuzzer, which ends the process.
  private static func run(_ arguments: [String]) {
    var count = Int32(arguments.count)
    var vector = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(
      capacity: arguments.count + 1)
    for (index, argument) in arguments.enumerated() { unsafe vector[index] = strdup(argument) }
    unsafe vector[arguments.count] = nil
    _ = unsafe runDriver(&count, &vector) { bytes, size in
      unsafe fuzzer(Array(UnsafeBufferPointer(start: bytes, count: size)))
      return 0
    }
  }
}

/// A C function captures nothing, so the one for libFuzzer finds the chosen fuzzer here.
private let fuzzer = Fuzz.fuzzers[CommandLine.arguments[1]]!

/// The toolchain has libFuzzer as a library but no header for it.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ argumentCount: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ testOneInput: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32
