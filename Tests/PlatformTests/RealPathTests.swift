import Platform
import Testing

@Suite("realPath")
struct RealPathTests {
  @Test("dots and doubled slashes are resolved")
  func resolves() throws {
    #expect(try realPath("/./..//.") == "/")
  }

  @Test(
    "a path that leads nowhere says so",
    arguments: ["", "/no such file anywhere", "/dev/null/.", "/dev/null\0", "/\u{0}etc"])
  func leadsNowhere(path: String) throws {
    let error = try #require(throws: SystemError.self) { try realPath(path) }
    #expect(error.isNoSuchFile)
    #expect(!error.isOutOfDescriptors)
    #expect(error.call == "realpath")
  }
}
