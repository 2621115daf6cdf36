import EventLoop
import Foundation
import HTTPServer
import Synchronization
import TestSupport
import Testing

@Suite("Descriptors used up", .timeLimit(.minutes(5)))
struct OpenFilesTests {
  /// In a process of its own: the limit is the process's.
  @Test(
    "a server without descriptors lets connections wait, says so once, and takes them in when there is room"
  )
  func exhausted() async {
    await #expect(processExitsWith: .success) {
      let said = Signal()
      let lines = Mutex<[String]>([])
      var app = Application()
      app.get("/") { _, response in response.send("hello") }
      app.log = Log { line in
        lines.withLock { $0.append(line) }
        said.fire()
      }
      try await withServer(app, loops: 1, clock: .system) { port in
        var limit = rlimit()
        let failure = unsafe getrlimit(openFiles, &limit)
        try #require(failure == 0)
        // Descriptor 0 is open: no other number may be given out, whoever asks and whoever closes.
        let client = try Client(port: port) {
          setOpenFilesLimit(rlimit(rlim_cur: 1, rlim_max: limit.rlim_max))
        }
        try client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
        try await said.wait()
        // Many of its attempts later.
        try #require(!client.hears(withinMilliseconds: 500))
        setOpenFilesLimit(limit)
        try #require(try client.reply().text == "hello")
      }
      try #require(
        lines.withLock { $0 } == [
          "connections wait until there is room: accept: Too many open files",
          "connections are taken in again",
        ])
    }
  }
}

private func setOpenFilesLimit(_ limit: rlimit) {
  var limit = limit
  unsafe precondition(setrlimit(openFiles, &limit) == 0)
}

#if canImport(Glibc)
  private let openFiles = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
#else
  private let openFiles = RLIMIT_NOFILE
#endif
