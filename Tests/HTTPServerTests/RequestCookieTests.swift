import Testing

@testable import HTTPServer

@Suite("Cookies of a request")
struct RequestCookieTests {
  @Test(
    "a cookie is found by its exact name, in any place",
    arguments: [
      (["ballot=x"], "x"),
      (["a=1; ballot=x; b=2"], "x"),
      (["a=1;ballot=x"], "x"),
      (["a=1", "ballot=x"], "x"),
      (["ballot=x; ballot=y"], "x"),
      (["ballot="], ""),
      (["ballot=a=b=="], "a=b=="),
      (["ballot=\"x\""], "\"x\""),
      ([" ballot=x "], "x"),
      (["ballot"], nil),
      (["Ballot=x"], nil),
      (["xballot=x; ballots=y; ballot =z"], nil),
      ([";;=; =ballot=x"], nil),
      ([""], nil),
      ([], nil),
    ] as [([String], String?)])
  func found(_ lines: [String], _ expected: String?) throws {
    var fields = Fields()
    for line in lines { fields.add("Cookie", try FieldValue(line)) }
    let request = Request(.get, "/", fields: fields)
    #expect(request.cookie("ballot") == expected)
  }

  @Test("every cookie of a name is found, in the order they were sent")
  func all() {
    let fields: Fields = ["Cookie": "ballot=1; a=2; ballot=; Ballot=3"]
    var more = fields
    more.add("Cookie", "ballot=4")
    #expect(Request(.get, "/", fields: more).cookies("ballot") == ["1", "", "4"])
    #expect(Request(.get, "/", fields: more).cookies("b") == [])
  }
}
