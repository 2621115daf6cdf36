import Foundation
import Testing

@testable import Platform

#if canImport(Glibc)
  private let addressSpace = __rlimit_resource_t(RLIMIT_AS.rawValue)
#else
  private let addressSpace = RLIMIT_AS
#endif

/// The Address Sanitizer, which needs addresses of its own for what it keeps of a thread, and ends the
/// program where it gets none.
private let isAddressSanitized = unsafe dlsym(dlopen(nil, RTLD_NOW), "__asan_init") != nil

/// A pipe, and what is written into it.
private final class TestPipe {
  let reading: Int32
  let writing: Int32

  init() throws {
    var ends: [Int32] = [0, 0]
    try systemCall("pipe") { unsafe pipe(&ends) }
    (reading, writing) = (ends[0], ends[1])
  }

  deinit {
    close(reading)
    close(writing)
  }

  /// Blocks until something is there.
  func read() -> String {
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = unsafe Foundation.read(reading, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }
}

@Suite("A line writer")
struct LineWriterTests {
  @Test("log lines come out whole, in their order, with their control characters escaped")
  func lines() throws {
    let pipe = try TestPipe()
    let writer = LineWriter(pipe.writing)
    writer.writeLine("one")
    writer.writeLine("two\n\u{1B}[31mred")
    writer.flush(atMost: .seconds(20))
    #expect(pipe.read() == "one\ntwo\\n\\u{1B}[31mred\n")
  }

  @Test("a reader that stops reading holds up nobody: lines are dropped, counted and told of")
  func stalledReader() throws {
    let pipe = try TestPipe()
    let writer = LineWriter(pipe.writing)
    let line = String(repeating: "x", count: 1023)
    let given = 2 * LineWriter.maxQueuedBytes / 1024
    for _ in 0..<given { writer.writeLine(line) }
    let dropped = writer.droppedCount
    #expect(dropped > 0)

    // The reader reads again; the next line says how many are missing.
    var text = ""
    while text.count(where: { $0 == "\n" }) < given - dropped { text += pipe.read() }
    writer.writeLine("last")
    while !text.hasSuffix("last\n") { text += pipe.read() }
    #expect(text.contains("(\(dropped) lines were dropped here: nobody read them)\nlast\n"))
    #expect(writer.droppedCount == 0)
  }

  @Test(
    "where no thread is left a line is written if that waits for nobody",
    .disabled(if: isAddressSanitized, "the sanitizer does not live without addresses"))
  func noThreads() async {
    await #expect(processExitsWith: .exitCode(0)) {
      let pipe = try TestPipe()
      let writer = LineWriter(pipe.writing)
      var limit = rlimit()
      unsafe getrlimit(addressSpace, &limit)
      var none = limit
      // No address is left for the stack of another thread.
      none.rlim_cur = 0
      unsafe setrlimit(addressSpace, &none)
      var hasThreads = true
      do throws(SystemError) { try SystemThread.checkAvailable(1) } catch { hasThreads = false }
      writer.writeLine("no thread is left")
      unsafe setrlimit(addressSpace, &limit)
      // Darwin has the limit and does not mind it.
      exit(hasThreads || pipe.read() == "no thread is left\n" ? 0 : 1)
    }
  }

  @Test("a reader that is gone is no fault")
  func noReader() throws {
    Signals.ignoreFailingWrites()
    var ends: [Int32] = [0, 0]
    try systemCall("pipe") { unsafe pipe(&ends) }
    close(ends[0])
    let writer = LineWriter(ends[1])
    for _ in 0..<10 { writer.writeLine("nobody hears this") }
    writer.flush(atMost: .seconds(20))
    close(ends[1])
    #expect(writer.droppedCount == 0)
  }
}
