import Testing

@testable import HTTPServer

@Suite("Preconditions")
struct PreconditionsTests {
  private static let before = "Sun, 06 Nov 1994 08:49:36 GMT"
  private static let then = "Sun, 06 Nov 1994 08:49:37 GMT"
  private static let after = "Sun, 06 Nov 1994 08:49:38 GMT"
  private let current = Preconditions.Validators(
    entityTag: EntityTag(opaque: "a"), lastModified: HTTPDate(secondsSince1970: 784_111_777))

  private func outcome(_ method: Method, _ fields: Fields) -> Preconditions.Outcome {
    Preconditions(Request(method, "/", fields: fields)).evaluate(current)
  }

  private func allowsRange(_ method: Method, _ fields: Fields) -> Bool {
    Preconditions(Request(method, "/", fields: fields)).allowRange(current)
  }

  @Test("a request without conditions is granted")
  func none() {
    #expect(outcome(.get, [:]) == .hold)
  }

  @Test(
    "If-None-Match with the tag in its list means a copy is good, weak or not",
    arguments: [
      "\"a\"", "W/\"a\"", "\"b\", \"a\"", "\"b\" , W/\"a\",\"c\"", ",, \"a\"", "*",
      "\"b,\\\", \"a\"",
    ])
  func ifNoneMatch(value: String) {
    #expect(outcome(.get, ["If-None-Match": value]) == .notModified)
    #expect(outcome(.head, ["If-None-Match": value]) == .notModified)
    #expect(outcome(.post, ["If-None-Match": value]) == .fail)
  }

  @Test("several fields of If-None-Match are one list")
  func ifNoneMatchFields() {
    #expect(outcome(.get, ["If-None-Match": "\"b\"", "if-none-match": "\"a\""]) == .notModified)
  }

  @Test(
    "If-None-Match without the tag asks for the current state",
    arguments: [
      "\"b\"", "", "a", "\"A\"", "\"a", "w/\"a\"", "\"b,a\"", "\"b\", *", "**", "'a'", "b, \"a\"",
    ])
  func ifNoneMatchOther(value: String) {
    #expect(outcome(.get, ["If-None-Match": value]) == .hold)
    #expect(outcome(.post, ["If-None-Match": value]) == .hold)
  }

  @Test("If-Modified-Since means a copy is good unless there was a change after it")
  func ifModifiedSince() {
    #expect(outcome(.get, ["If-Modified-Since": Self.before]) == .hold)
    #expect(outcome(.get, ["If-Modified-Since": Self.then]) == .notModified)
    #expect(outcome(.head, ["If-Modified-Since": Self.after]) == .notModified)
    #expect(outcome(.post, ["If-Modified-Since": Self.after]) == .hold)
  }

  @Test("If-Modified-Since does not count beside If-None-Match")
  func noneMatchFirst() {
    #expect(
      outcome(.get, ["If-None-Match": "\"b\"", "If-Modified-Since": Self.after]) == .hold)
    #expect(
      outcome(.get, ["If-None-Match": "\"a\"", "If-Modified-Since": Self.before]) == .notModified)
  }

  @Test("If-Match wants the tag in its list, and no weak one")
  func ifMatch() {
    #expect(outcome(.get, ["If-Match": "\"b\", \"a\""]) == .hold)
    #expect(outcome(.get, ["If-Match": "*"]) == .hold)
    for value in ["\"b\"", "W/\"a\"", "", "a"] {
      #expect(outcome(.get, ["If-Match": value]) == .fail)
    }
  }

  @Test("If-Unmodified-Since wants no change after it")
  func ifUnmodifiedSince() {
    #expect(outcome(.get, ["If-Unmodified-Since": Self.before]) == .fail)
    #expect(outcome(.get, ["If-Unmodified-Since": Self.then]) == .hold)
    #expect(outcome(.get, ["If-Unmodified-Since": Self.after]) == .hold)
  }

  @Test("If-Unmodified-Since does not count beside If-Match")
  func matchFirst() {
    #expect(outcome(.get, ["If-Match": "\"a\"", "If-Unmodified-Since": Self.before]) == .hold)
  }

  @Test("what has changed fails before a copy is called good")
  func failureFirst() {
    #expect(outcome(.get, ["If-Match": "\"b\"", "If-None-Match": "\"a\""]) == .fail)
    #expect(outcome(.get, ["If-Match": "\"a\"", "If-None-Match": "\"a\""]) == .notModified)
  }

  @Test(
    "a date that cannot be read is no condition",
    arguments: ["", "yesterday", "0", "Sun, 06 Nov 1994 08:49:37 GMT, Sun"])
  func badDates(value: String) {
    #expect(outcome(.get, ["If-Modified-Since": value]) == .hold)
    #expect(outcome(.get, ["If-Unmodified-Since": value]) == .hold)
  }

  @Test("a range counts without If-Range, for GET alone")
  func rangeMethod() {
    #expect(allowsRange(.get, [:]))
    #expect(!allowsRange(.head, [:]))
  }

  @Test("a range counts if If-Range names the current state, strongly")
  func ifRange() {
    #expect(allowsRange(.get, ["If-Range": "\"a\""]))
    #expect(allowsRange(.get, ["If-Range": Self.then]))
    let others = ["\"b\"", "W/\"a\"", "*", "", "a", "\"a\", \"b\"", Self.before, Self.after]
    for value in others {
      #expect(!allowsRange(.get, ["If-Range": value]))
    }
  }
}
