import EventLoop
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import HTTPServer

@Suite("A folder of static files")
struct StaticFolderTests {
  private let served: ServedFolder
  private var folder: TemporaryFolder { served.folder }

  init() throws { served = try ServedFolder() }

  private func get(_ target: String, _ fields: Fields = [:]) async -> Response {
    await served.get(target, fields)
  }

  // MARK: What is there

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

  @Test("a link to a file inside is that file")
  func link() async throws {
    try folder.link("Public/latest.css", to: "a/b/c.css")
    #expect(await get("/latest.css").text == "deep")
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

  @Test(
    "a loop of links, a device, a pipe and a name too long are not there",
    arguments: ["/loop", "/null", "/pipe", "/" + String(repeating: "x", count: 5000)])
  func strange(target: String) async throws {
    try folder.link("Public/loop", to: "loop")
    try folder.link("Public/null", to: "/dev/null")
    unsafe #expect(mkfifo(folder.path + "/Public/pipe", 0o600) == 0)
    #expect(await get(target).status == .notFound)
  }

  @Test("a link to a folder on the way to it ends the way there")
  func loopOfFolders() async throws {
    try folder.link("Public/a/again", to: "../a")
    try folder.link("Public/a/b/up", to: "../..")
    #expect(await get("/a/b/c.css").text == "deep")
    #expect(await get("/a/again/b/c.css").status == .notFound)
    #expect(await get("/a/b/up/hello.txt").status == .notFound)
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

  @Test("a folder past a limit is refused with the limit in words")
  func limits() throws {
    try folder.write("0123456789abcdef", to: "Public/large.txt")
    let path = folder.path + "/Public"
    func refusal(_ change: (inout StaticFileLimits) -> Void) -> String? {
      do {
        _ = try ServedFolder.files(in: folder, change)
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
}
