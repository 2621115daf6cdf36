import Foundation
import Platform
import TestSupport
import Testing

@testable import HTTPServer

@Suite("Static files")
struct StaticFilesTests {
  private let served: ServedFolder
  private var folder: TemporaryFolder { served.folder }

  init() throws { served = try ServedFolder() }

  private func get(_ target: String, _ fields: Fields = [:]) async -> Response {
    await served.get(target, fields)
  }

  // MARK: What is sent

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
    let response = await served.respond(
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

  // MARK: What goes on to others

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
    let response = await served.respond(to: Request(Method(unchecked: name), "/hello.txt"))
    #expect(response.status == .methodNotAllowed)
    #expect(response.fields["Allow"] == "GET, HEAD, OPTIONS")
    let options = await served.respond(to: Request(.options, "/hello.txt"))
    #expect(options.status == .noContent)
    #expect(options.fields["Allow"] == "GET, HEAD, OPTIONS")
    #expect(await served.respond(to: Request(Method(unchecked: name), "/x")).status == .notFound)
  }

  @Test("a route registered before a file of its name goes first")
  func behindRoutes() async throws {
    var app = Application()
    app.get("/hello.txt") { _, response in response.send("the route") }
    app.use(try staticFiles(from: folder.path + "/Public"))
    #expect(await app.respond(to: Request(.get, "/hello.txt")).text == "the route")
    #expect(await app.respond(to: Request(.get, "/a/b/c.css")).text == "deep")
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

  @Test("a state the file is not in fails")
  func preconditionFailed() async {
    #expect(await get("/hello.txt", ["If-Match": "\"other\""]).status == .preconditionFailed)
    let earlier = "Sun, 06 Nov 1994 08:49:36 GMT"
    let response = await get("/hello.txt", ["If-Unmodified-Since": earlier])
    #expect(response.status == .preconditionFailed)
    #expect(response.fields["ETag"] == nil)
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

  // MARK: Ranges

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
