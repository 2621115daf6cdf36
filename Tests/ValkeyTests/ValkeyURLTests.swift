import Testing
import Valkey

@Suite("The address of a store")
struct ValkeyURLTests {
  @Test(
    "the address of a store is read as people write it",
    arguments: [
      ("valkey://db", ValkeyURL(host: "db")),
      ("redis://db/", ValkeyURL(host: "db")),
      ("REDIS://db:7000/3", ValkeyURL(host: "db", port: 7000, database: 3)),
      ("valkey://[::1]", ValkeyURL(host: "::1")),
      ("valkey://[2001:db8::1]:7000/1", ValkeyURL(host: "2001:db8::1", port: 7000, database: 1)),
      ("valkey://:secret@10.0.0.1", ValkeyURL(host: "10.0.0.1", password: "secret")),
      ("valkey://hall:a:b@db", ValkeyURL(host: "db", user: "hall", password: "a:b")),
      ("valkey://h%40ll:p%2f%25%C3%A9@db", ValkeyURL(host: "db", user: "h@ll", password: "p/%é")),
      ("valkey://u:p@ss/w@db/2", ValkeyURL(host: "db", user: "u", password: "p@ss/w", database: 2)),
      ("valkey://:@db:", ValkeyURL(host: "db")),
      ("valkey://hall:@db", ValkeyURL(host: "db", user: "hall", password: "")),
    ])
  func reads(text: String, url: ValkeyURL) throws {
    #expect(try ValkeyURL(text) == url)
  }

  @Test(
    "what is not the address of a store is refused",
    arguments: [
      ("", ValkeyURLError.badScheme), ("db:6379", .badScheme), ("http://db", .badScheme),
      ("rediss://db", .hasTLS), ("valkeys://:p@db", .hasTLS),
      ("valkey://", .badHost), ("valkey:///0", .badHost), ("valkey://:6379", .badHost),
      ("valkey://[::1", .badHost), ("valkey://[db]", .badHost), ("valkey://[::1]7", .badHost),
      ("valkey://[127.0.0.1]", .badHost), ("valkey://a b", .badHost), ("valkey://a%20b", .badHost),
      ("valkey://::1", .badHost), ("valkey://db:0", .badPort), ("valkey://db:65536", .badPort),
      ("valkey://db:+1", .badPort), ("valkey://db/x", .badDatabase),
      ("valkey://db/-1", .badDatabase), ("valkey://db/0/1", .badDatabase),
      ("valkey://db/99999999999999999999", .badDatabase), ("valkey://secret@db", .badCredentials),
      ("valkey://:a%@db", .badEncoding), ("valkey://:%+1@db", .badEncoding),
      ("valkey://:%FF@db", .badEncoding), ("valkey://db?db=1", .hasMore),
      ("valkey://:p#q@db", .hasMore),
    ])
  func refuses(text: String, error: ValkeyURLError) {
    #expect(throws: error) { try ValkeyURL(text) }
  }

  @Test("the address of a store is shown without the name and the password")
  func secret() throws {
    let url = try ValkeyURL("redis://hall:secret@[::1]:7000/3")
    #expect("\(url)" == "valkey://[::1]:7000/3")
    var dumped = ""
    dump(url, to: &dumped)
    for text in ["\(url)", String(reflecting: url), dumped, "\([url])"] {
      #expect(!text.contains("secret") && !text.contains("hall"))
    }
  }
}
