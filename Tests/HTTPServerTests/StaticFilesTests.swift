import EventLoop
import Foundation
import Platform
import Synchronization
import TestSupport
import Testing

@testable import HTTPServer

@Suite("Static files")
struct StaticFilesTests {
  private let folder: TemporaryFolder
  private let app: Application

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("outside", to: "secret.txt")
    try folder.write(
      "hello, world", to: "Public/hello.txt", modified: Date(timeIntervalSince1970: 784_111_777.5))
    try folder.write("<!doctype html>", to: "Public/index.html")
    try folder.write("deep", to: "Public/a/b/c.css")
    try folder.makeFolder("Public/bare")
    var app = Application()
    app.log = .silent
    app.use(try Self.files(folder))
    self.app = app
  }

  /// They are looked at with every request, so that no test waits for a second.
  private static func files(
    _ folder: TemporaryFolder, _ change: (inout StaticFileLimits) -> Void = { _ in }
  ) throws -> Middleware {
    var limits = StaticFileLimits()
    limits.checkInterval = .zero
    change(&limits)
    return try staticFiles(from: folder.path + "/Public", limits: limits, log: .silent)
  }

  private func get(_ target: String, _ fields: Fields = [:]) async -> Response {
    await app.respond(to: Request(.get, target, fields: fields))
  }

  // MARK: What is there

  @Test("a file comes with its type, its length and what a cache needs")
  func file() async throws {
    let response = await get("/hello.txt")
    #expect(response.status == .ok)
    #expect(response.text == "hello, world")
    #expect(response.fields["Content-Type"] == "text/plain; charset=utf-8")
    #expect(response.fields["Last-Modified"] == "Sun, 06 Nov 1994 08:49:37 GMT")
    #expect(response.fields["Cache-Control"] == "no-cache")
    #expect(response.fields["Accept-Ranges"] == "bytes")
    #expect(response.fields["X-Content-Type-Options"] == "nosniff")
    let tag = try #require(response.fields["ETag"])
    #expect(tag.first == "\"" && tag.last == "\"" && tag.count > 2)
  }

  @Test("a folder with a slash behind it is its index.html, a folder without one is not there")
  func folders() async throws {
    let index = await get("/")
    #expect(index.text == "<!doctype html>")
    #expect(index.fields["Content-Type"] == "text/html; charset=utf-8")
    #expect(await get("/bare/").status == .notFound)
    #expect(await get("/bare").status == .notFound)
    #expect(await get("/a/b").status == .notFound)
    #expect(await get("/a/b/c.css").text == "deep")
    #expect(await get("/a/b/c.css/").status == .notFound)
  }

  @Test("an encoded name and a query find their file")
  func encoded() async throws {
    try folder.write("ü", to: "Public/grüße an alle.txt")
    #expect(await get("/gr%C3%BC%C3%9Fe%20an%20alle.txt?v=2").text == "ü")
    #expect(await get("/%68ello.txt").text == "hello, world")
  }

  @Test("an empty file is served")
  func empty() async throws {
    try folder.write("", to: "Public/empty.js")
    let response = await get("/empty.js", ["Range": "bytes=0-99"])
    #expect(response.status == .ok)
    #expect(response.text == "")
  }

  @Test("HEAD says what GET says")
  func head() async {
    let response = await app.respond(
      to: Request(.head, "/hello.txt", fields: ["Range": "bytes=0-1"]))
    #expect(response.status == .ok)
    #expect(response.fields["ETag"] != nil)
    #expect(response.fields["Content-Range"] == nil)
  }

  @Test(
    "the ending of the name tells the type",
    arguments: [
      ("a.html", "text/html; charset=utf-8"), ("a.css", "text/css; charset=utf-8"),
      ("a.js", "text/javascript; charset=utf-8"), ("a.mjs", "text/javascript; charset=utf-8"),
      ("a.json", "application/json"), ("a.js.map", "application/json"), ("a.svg", "image/svg+xml"),
      ("a.png", "image/png"), ("a.jpg", "image/jpeg"), ("a.JPEG", "image/jpeg"),
      ("a.gif", "image/gif"), ("a.webp", "image/webp"), ("a.ico", "image/vnd.microsoft.icon"),
      ("a.txt", "text/plain; charset=utf-8"), ("a.csv", "text/csv; charset=utf-8"),
      ("a.woff2", "font/woff2"), ("a.webmanifest", "application/manifest+json"),
      ("a.xml", "application/xml"), ("a.wasm", "application/wasm"),
      ("a.exe", "application/octet-stream"), ("a", "application/octet-stream"),
      ("a.", "application/octet-stream"), ("a.txt/b", "application/octet-stream"),
    ])
  func types(name: String, type: String) {
    #expect(MediaType(ofFile: "/" + name).description == type)
  }

  // MARK: What is not

  @Test(
    "no path leads out of the folder",
    arguments: [
      "/../secret.txt", "/a/../../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt",
      "/%2e%2e%2fsecret.txt", "/%252e%252e/secret.txt", "/..%252fsecret.txt", "/a/..",
      "/./../secret.txt", "/..\\secret.txt", "/..%5csecret.txt", "/%5c..%5csecret.txt",
      "/...//secret.txt", "//../secret.txt", "//etc/passwd", "/%2fetc/passwd", "/~root",
      "/..;/secret.txt", "/a%2f..%2f..%2fsecret.txt", "/out/secret.txt", "/out.txt",
    ])
  func traversal(target: String) async throws {
    try folder.link("Public/out", to: "..")
    try folder.link("Public/out.txt", to: folder.path + "/secret.txt")
    #expect(await get(target).status == .notFound)
  }

  @Test("a folder whose name begins with the root's is outside")
  func sibling() async throws {
    try folder.write("sibling", to: "Public-private/x.txt")
    try folder.link("Public/link.txt", to: "../Public-private/x.txt")
    #expect(await get("/link.txt").status == .notFound)
  }

  @Test("a path with a NUL in it is no file's")
  func nul() async throws {
    let files = try StaticFileStore(
      folder.path + "/Public", limits: StaticFileLimits(), clock: .system, log: .silent)
    #expect(await files.file(at: "/hello.txt", for: Response()) != nil)
    #expect(await files.file(at: "/hello.txt\0.html", for: Response()) == nil)
    #expect(await files.file(at: "/hello.txt\0", for: Response()) == nil)
  }

  @Test(
    "names that begin with a dot are not there, behind a link neither",
    arguments: ["/.env", "/.git/config", "/a/.env", "/%2eenv", "/config", "/./hello.txt", "/."])
  func hidden(target: String) async throws {
    try folder.write("hidden", to: "Public/.env")
    try folder.write("hidden", to: "Public/a/.env")
    try folder.write("hidden", to: "Public/.git/config")
    try folder.link("Public/config", to: ".git/config")
    #expect(await get(target).status == .notFound)
  }

  @Test("a link to a file inside is that file")
  func link() async throws {
    try folder.link("Public/latest.css", to: "a/b/c.css")
    #expect(await get("/latest.css").text == "deep")
  }

  @Test(
    "a loop of links, a device, a pipe and a name too long are not there",
    arguments: ["/loop", "/null", "/pipe", "/" + String(repeating: "x", count: 5000)])
  func strange(target: String) async throws {
    try folder.link("Public/loop", to: "loop")
    try folder.link("Public/null", to: "/dev/null")
    unsafe #expect(mkfifo(folder.path + "/Public/pipe", 0o600) == 0)
    #expect(await get(target).status == .notFound)
  }

  @Test("other methods and unknown paths go on to the next handler")
  func passesOn() async throws {
    var app = Application()
    app.use(try staticFiles(from: folder.path + "/Public"))
    app.post("/hello.txt") { _, response in response.send("posted") }
    app.get("/nowhere") { _, response in response.send("somewhere") }
    #expect(await app.respond(to: Request(.post, "/hello.txt")).text == "posted")
    #expect(await app.respond(to: Request(.get, "/nowhere")).text == "somewhere")
  }

  @Test("a method that a file does not take is told which it takes", arguments: ["POST", "DELETE"])
  func methodNotAllowed(name: String) async throws {
    let response = await app.respond(to: Request(Method(unchecked: name), "/hello.txt"))
    #expect(response.status == .methodNotAllowed)
    #expect(response.fields["Allow"] == "GET, HEAD, OPTIONS")
    let options = await app.respond(to: Request(.options, "/hello.txt"))
    #expect(options.status == .noContent)
    #expect(options.fields["Allow"] == "GET, HEAD, OPTIONS")
    #expect(await app.respond(to: Request(Method(unchecked: name), "/x")).status == .notFound)
  }

  @Test("a route registered before a file of its name goes first")
  func behindRoutes() async throws {
    var app = Application()
    app.get("/hello.txt") { _, response in response.send("the route") }
    app.use(try staticFiles(from: folder.path + "/Public"))
    #expect(await app.respond(to: Request(.get, "/hello.txt")).text == "the route")
    #expect(await app.respond(to: Request(.get, "/a/b/c.css")).text == "deep")
  }

  // MARK: The folder itself

  @Test("a folder that is not there is an error that names it")
  func missingFolder() throws {
    let error = try #require(throws: StaticFilesError.self) {
      try staticFiles(from: "/no such folder/Public")
    }
    #expect(
      "\(error)" == "the folder /no such folder/Public cannot be served: "
        + "No such file or directory")
  }

  @Test("a file in place of the folder is an error", arguments: ["", "/Public/hello.txt"])
  func noFolder(name: String) {
    #expect(throws: StaticFilesError.self) {
      try staticFiles(from: name.isEmpty ? "" : folder.path + name)
    }
  }

  @Test("the folder may be a link, and is found once")
  func linkedFolder() async throws {
    try folder.link("Current", to: "Public")
    var app = Application()
    app.use(try staticFiles(from: folder.path + "/Current/", cacheControl: "max-age=60"))
    let response = await app.respond(to: Request(.get, "/hello.txt"))
    #expect(response.text == "hello, world")
    #expect(response.fields["Cache-Control"] == "max-age=60")
  }

  // MARK: Conditions

  @Test("a copy that is still good is not sent again")
  func notModified() async throws {
    let tag = try #require(await get("/hello.txt").fields["ETag"])
    for fields: Fields in [
      ["If-None-Match": tag], ["If-None-Match": "W/" + tag],
      ["If-Modified-Since": "Sun, 06 Nov 1994 08:49:37 GMT"],
    ] {
      let response = await get("/hello.txt", fields)
      #expect(response.status == .notModified)
      #expect(response.text == "")
      #expect(response.fields["ETag"] == tag)
      #expect(response.fields["Cache-Control"] == "no-cache")
      #expect(response.fields["Content-Type"] == nil)
    }
  }

  @Test("a file written anew, and one moved into its place, has another tag")
  func changes() async throws {
    let date = Date(timeIntervalSince1970: 784_111_777.5)
    let first = try #require(await get("/hello.txt").fields["ETag"])
    try folder.write("hello, again", to: "Public/new.txt", modified: date)
    try FileManager.default.removeItem(atPath: folder.path + "/Public/hello.txt")
    try FileManager.default.moveItem(
      atPath: folder.path + "/Public/new.txt", toPath: folder.path + "/Public/hello.txt")
    let second = await get("/hello.txt", ["If-None-Match": first])
    #expect(second.status == .ok)
    #expect(second.text == "hello, again")
    #expect(second.fields["ETag"] != first)
  }

  @Test("a file from the future was last modified now")
  func future() async throws {
    try folder.write("later", to: "Public/later.txt", modified: Date(timeIntervalSinceNow: 86_400))
    let text = try #require(await get("/later.txt").fields["Last-Modified"])
    let date = try #require(HTTPDate(parsing: text))
    #expect(date <= .now)
  }

  @Test(
    "a file of any date is served, with a date that a field can say",
    arguments: [
      (-62_167_219_201, "Sat, 01 Jan 0000 00:00:00 GMT"),
      (-2_208_988_800, "Mon, 01 Jan 1900 00:00:00 GMT"), (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
      (10_413_792_000, nil), (253_402_300_800, nil), (1 << 40, nil),
    ])
  func anyDate(seconds: Int, date: String?) async throws {
    try folder.write("old or new", to: "Public/dated.txt")
    let times = [
      timespec(tv_sec: seconds, tv_nsec: 999_999_999), timespec(tv_sec: seconds, tv_nsec: 1),
    ]
    guard unsafe utimensat(AT_FDCWD, folder.path + "/Public/dated.txt", times, 0) == 0 else {
      return
    }
    let response = await get("/dated.txt")
    #expect(response.text == "old or new")
    let text = try #require(response.fields["Last-Modified"])
    // A file system may know fewer years, and then takes the nearest.
    let kept = try FileStatus(at: folder.path + "/Public/dated.txt").modifiedSeconds
    if let date, kept == seconds { #expect(text == date) }
    #expect(try #require(HTTPDate(parsing: text)) <= .now)
    #expect(
      await get("/dated.txt", ["If-None-Match": response.fields["ETag"]!]).status == .notModified)
  }

  // MARK: Files that change

  @Test("a file that is new, written over or removed is so with the next request")
  func edited() async throws {
    #expect(await get("/new.txt").status == .notFound)
    try folder.write("one", to: "Public/new.txt")
    #expect(await get("/new.txt").text == "one")
    // Of the same size, and perhaps in the same tick of the file system's clock.
    for text in ["two", "six", "ten"] {
      try folder.write(text, to: "Public/new.txt")
      #expect(await get("/new.txt").text == text)
    }
    try FileManager.default.removeItem(atPath: folder.path + "/Public/new.txt")
    #expect(await get("/new.txt").status == .notFound)
  }

  @Test("the folder is looked at once in the interval, and only when a file is asked for")
  func checkInterval() async throws {
    let clock = ManualClock()
    var app = Application()
    app.use(try staticFiles(from: folder.path + "/Public", clock: .manual(clock)))
    try folder.write("goodbye, all", to: "Public/hello.txt")
    clock.advance(by: .milliseconds(999))
    #expect(await app.respond(to: Request(.get, "/hello.txt")).text == "hello, world")
    clock.advance(by: .milliseconds(1))
    #expect(await app.respond(to: Request(.get, "/hello.txt")).text == "goodbye, all")
  }

  @Test("a folder that is gone is served as it was, and the log says so once")
  func folderGone() async throws {
    let lines = Mutex<[String]>([])
    var limits = StaticFileLimits()
    limits.checkInterval = .zero
    var app = Application()
    app.use(
      try staticFiles(
        from: folder.path + "/Public", limits: limits,
        log: Log { line in lines.withLock { $0.append(line) } }))
    try FileManager.default.moveItem(
      atPath: folder.path + "/Public", toPath: folder.path + "/Elsewhere")
    for _ in 1...2 {
      #expect(await app.respond(to: Request(.get, "/hello.txt")).text == "hello, world")
    }
    #expect(lines.withLock { $0.count } == 1)
    try FileManager.default.moveItem(
      atPath: folder.path + "/Elsewhere", toPath: folder.path + "/Public")
    try folder.write("back", to: "Public/hello.txt")
    #expect(await app.respond(to: Request(.get, "/hello.txt")).text == "back")
  }

  @Test("a folder past a limit is refused with the limit in words")
  func limits() throws {
    try folder.write("0123456789abcdef", to: "Public/large.txt")
    let path = folder.path + "/Public"
    func refusal(_ change: (inout StaticFileLimits) -> Void) -> String? {
      do {
        _ = try Self.files(folder, change)
        return nil
      } catch {
        return "\(error)".replacing("the folder \(path) cannot be served: ", with: "")
      }
    }
    #expect(refusal { $0.maxFileBytes = 15 } == "large.txt has 16 bytes, and 15 is the most")
    #expect(refusal { $0.maxFileBytes = 16 } == nil)
    #expect(
      refusal { $0.maxTotalBytes = 40 } == "its files have more than 40 bytes together")
    #expect(refusal { $0.maxFiles = 3 } == "it has more than 3 files")
    #expect(refusal { $0.maxFiles = 4 } == nil)
  }

  @Test("a link to a folder on the way to it ends the way there")
  func loopOfFolders() async throws {
    try folder.link("Public/a/again", to: "../a")
    try folder.link("Public/a/b/up", to: "../..")
    #expect(await get("/a/b/c.css").text == "deep")
    #expect(await get("/a/again/b/c.css").status == .notFound)
    #expect(await get("/a/b/up/hello.txt").status == .notFound)
  }

  // MARK: Conditions and ranges

  @Test("a state the file is not in fails")
  func preconditionFailed() async {
    #expect(await get("/hello.txt", ["If-Match": "\"other\""]).status == .preconditionFailed)
    let earlier = "Sun, 06 Nov 1994 08:49:36 GMT"
    let response = await get("/hello.txt", ["If-Unmodified-Since": earlier])
    #expect(response.status == .preconditionFailed)
    #expect(response.fields["ETag"] == nil)
  }

  @Test(
    "a range is a part of the file",
    arguments: [
      ("bytes=0-4", "hello", "bytes 0-4/12"), ("bytes=7-", "world", "bytes 7-11/12"),
      ("bytes=-3", "rld", "bytes 9-11/12"), ("bytes=0-99", "hello, world", "bytes 0-11/12"),
    ])
  func range(value: String, text: String, contentRange: String) async throws {
    let response = await get("/hello.txt", ["Range": value])
    #expect(response.status == .partialContent)
    #expect(response.text == text)
    #expect(response.fields["Content-Range"] == contentRange)
    #expect(response.fields["ETag"] != nil)
  }

  @Test("a range behind the end is refused with the file's size")
  func unsatisfiable() async throws {
    let response = await get("/hello.txt", ["Range": "bytes=12-"])
    #expect(response.status == .rangeNotSatisfiable)
    #expect(response.fields["Content-Range"] == "bytes */12")
  }

  @Test("several ranges, and what is no range, are the whole file")
  func ignoredRanges() async throws {
    for value in ["bytes=0-0,2-3", "pages=1-2", "bytes=4-1"] {
      let response = await get("/hello.txt", ["Range": value])
      #expect(response.status == .ok)
      #expect(response.text == "hello, world")
    }
  }

  @Test("a range of another state is the whole of this one")
  func ifRange() async throws {
    let tag = try #require(await get("/hello.txt").fields["ETag"])
    let same = await get("/hello.txt", ["Range": "bytes=0-4", "If-Range": tag])
    #expect(same.status == .partialContent)
    let other = await get("/hello.txt", ["Range": "bytes=0-4", "If-Range": "\"other\""])
    #expect(other.status == .ok)
    #expect(other.text == "hello, world")
  }

  @Test("a copy that is still good comes before a range")
  func conditionBeforeRange() async throws {
    let tag = try #require(await get("/hello.txt").fields["ETag"])
    let response = await get("/hello.txt", ["Range": "bytes=12-", "If-None-Match": tag])
    #expect(response.status == .notModified)
  }
}
