import Foundation
import TestSupport
import Testing
import Voting

@testable import ShowOfHands

@Suite("Steps at the desk")
struct DeskStepTests {
  @Test("a whole evening by one line each")
  func evening() async throws {
    try await withService("--preset", "talk") { service in
      let script = try service.script()
      let nothing = try script.get().text
      #expect(nothing.hasPrefix(#"{"version":0,"round":null,"next":null,"undo":null,"turnout":{"#))
      #expect(try script.post("close").status == 409)
      let list = "questions=Tea%3F%0ACake%3F+%7C+Aye+%7C+Nay+%7C+Skip%0A"
      #expect(try script.post("prepare", list).text.contains(#""next":"draft""#))
      let draft = try script.post("next").text
      #expect(
        draft.contains(#""round":{"number":null,"phase":"draft","hidden":true,"question":"Tea?""#))
      #expect(draft.contains(#""next":"open","undo":"withdraw""#))
      let open = try script.post("next").text
      #expect(open.contains(#""round":{"number":1,"phase":"open","hidden":true"#))
      #expect(open.contains(#""next":"close","undo":"draft""#))
      #expect(try service.client().get("/vote?yes=true").status == 200)
      #expect(try script.get().text.contains(#""undo":null,"turnout":{"voted":1,"#))
      #expect(try script.post("undo").status == 409)
      #expect(try script.post("countdown", "seconds=60").text.contains(#""closesAt":1"#))
      #expect(try script.post("countdown", "add=30").status == 200)
      #expect(try script.post("countdown", "seconds=0").text.contains(#""closesAt":null"#))
      let closed = try script.post("next").text
      #expect(closed.contains(#""next":"reveal","undo":"reopen""#))
      #expect(closed.contains(#""tally":null"#))
      let revealed = try script.post("next").text
      #expect(revealed.contains(#""phase":"revealed","hidden":false"#))
      #expect(revealed.contains(#""next":"draft","undo":"hide""#))
      #expect(revealed.contains(#""tally":{"yes":1,"no":0}"#))
      #expect(try script.post("say", "text=Break").text.contains(#""say":"Break""#))
      #expect(try script.post("stage", "screen=black").text.contains(#""stage":"black""#))
      let next = try script.post("next").text
      #expect(next.contains(#""yesLabel":"Aye","noLabel":"Nay","abstainLabel":"Skip""#))
      #expect(next.contains(#""archive":[{"number":1,"question":"Tea?""#))
      #expect(try script.post("show", "round=1").text.contains(#""shown":1"#))
      #expect(try script.post("next").text.contains(#""shown":null"#))
      #expect(try script.post("again").text.contains(#""round":{"number":3"#))
      let address = try script.post("address", "url=HTTP://Vote.Example").text
      #expect(address.contains(#""address":"http://vote.example/""#))
      #expect(try script.post("address", "url=").status == 200)
    }
  }

  @Test("a countdown for a draft is told that it is not open yet, and one of too long what it got")
  func countdown() async throws {
    try await withService("--preset", "talk") { service in
      var browser = try service.browser()
      let none = try browser.post("countdown", "seconds=60")
      #expect(none.status == 409 && none.text.contains(#""code":"nothing-there""#))
      #expect(try browser.post("ask", "question=Tea%3F&draft=true").status == 200)
      let draft = try browser.post("countdown", "seconds=60")
      #expect(draft.status == 409 && draft.text.contains(#""code":"not-open-yet""#))
      #expect(draft.text.contains("is a draft and not open yet"))

      #expect(try browser.post("open").status == 200)
      #expect(try browser.post("countdown", "seconds=600").status == 200)
      let script = try browser.post("countdown", "add=30")
      #expect(script.status == 200 && script.text.contains(#""step":"countdownFilled""#))
      browser.fields += DeskVisitor.window
      let form = try browser.post("countdown", "add=30")
      #expect(form.status == 200 && form.text.contains("Ten minutes are left, the most"))
    }
  }

  @Test("without scripts the desk has the addresses, the archive with its steps, and the record")
  func lists() async throws {
    try await withService("--question", "Tea & milk?", "--abstain", "Skip") { service in
      let browser = try service.browser()
      _ = try service.client().get("/vote?yes=true")
      for step in [
        Step.ask(Question("Cake?"), isHidden: true, isDraft: false),
        .ask(Question("Rain?"), isHidden: false, isDraft: false), .countdown(.start(seconds: 600)),
      ] {
        try await service.ballotBox.perform(step)
      }
      var page = try browser.get("/desk?lists", DeskVisitor.window).text
      #expect(
        page.contains(
          "<bdi>Yes</bdi> 1<span > (100%) · <bdi>No</bdi> 0 (0%)</span><span > · <bdi>Skip"))
      #expect(page.contains("<bdi>Tea &amp; milk?</bdi>"))
      #expect(page.contains(#"formaction="./desk/reveal" name="round" value="2">Reveal them"#))
      #expect(page.contains(#"formaction="./desk/show" name="round" value="1">"#))
      #expect(page.contains(#"formaction="./desk/address" name="url" value="http://127.0.0.1:"#))
      #expect(page.contains("UTC</time> Round 3: Countdown started</li>"))
      #expect(page.contains(#"role="timer">9:59 left<"#) || page.contains(">10:00 left<"))

      try await service.ballotBox.perform(.address("http://vote.example/"))
      page = try browser.get("/desk?lists", DeskVisitor.window).text
      #expect(page.contains(#"value="http://127.0.0.1:\#(service.port)/" >Use this one"#))
      for _ in 1...DeskLists.maxRounds { try await service.ballotBox.perform(.again) }
      page = try browser.get("/desk?lists", DeskVisitor.window).text
      #expect(page.components(of: "/desk/show\" name=\"round\" value=") == DeskLists.maxRounds + 1)
      #expect(page.components(of: " UTC</time>") == service.ballotBox.standing.record.count)
      page = try browser.get("/desk", DeskVisitor.window).text
      #expect(page.contains(#"href="./desk?lists""#) && !page.contains(" UTC"))
    }
  }

  @Test("state.json has its keys in the order that the desk's contract has")
  func keys() async throws {
    try await withService { service in
      // With no address, since this machine may have several.
      let addresses = /"addresses":\[[^\]]*\]/
      let text = try service.script().get().text.replacing(addresses, with: #""addresses":[]"#)
      let keys = text.matches(of: /"([a-zA-Z]+)":/).map { String($0.1) }
      #expect(
        keys == [
          "version", "round", "number", "phase", "hidden", "question", "yesLabel", "noLabel",
          "abstainLabel", "rule", "chair", "rollCall", "opened", "closed", "closesAt", "present",
          "entitled", "yesByHand", "noByHand", "abstainByHand", "codesIssued", "next", "undo",
          "turnout",
          "voted", "phones", "screens", "codes", "tally", "yes", "no", "outcome", "numbers",
          "present",
          "entitled", "yesByHand", "noByHand", "abstainByHand", "stage", "shown", "say", "prepared",
          "addresses", "address", "wifi", "ballots", "storing", "missingVotes",
          "servers", "relaxed", "id", "now", "record", "at", "step", "round", "archive",
        ])
    }
  }

  @Test("a question that a form could not ask stays in its line")
  func typed() async throws {
    try await withService { service in
      let browser = try service.browser()
      for (version, status) in [("7", 409), ("x", 400)] {
        let body = "question=Is+%22tea%22+in%3F&version=\(version)"
        let reply = try browser.post("ask", body, DeskVisitor.window)
        #expect(reply.status == status)
        #expect(reply.text.contains(#"name="question" value="Is &quot;tea&quot; in?""#))
      }
    }
  }

  @Test("what a form of the desk could not do stays typed, with the choice to hide numbers")
  func typedElsewhere() async throws {
    try await withService { service in
      let browser = try service.browser()
      for (step, body, kept) in [
        ("prepare", "questions=Tea%3F%0ACake%3F+%7C+x+%7C+X", ">Tea?\nCake? | x | X<"),
        ("say", "text=a%09b", "name=\"text\" value=\"a\tb\""),
        ("edit", "question=a%0Ab", ">a\nb</textarea>"),
        ("ask", "question=&yes=Aye&hidden=true", #"name="yes" value="Aye""#),
        ("ask", "question=&hidden=true", #"value="true" checked>"#),
      ] {
        let page = try browser.post(step, body, DeskVisitor.window)
        #expect(page.status == 400)
        #expect(page.text.contains(kept), "\(step)")
      }
    }
  }

  @Test("a step without a version is done once and is fine again")
  func scripts() async throws {
    try await withService { service in
      let script = try service.script()
      #expect(try script.post("close").number("version") == 2)
      let again = try script.post("close")
      #expect(again.status == 200)
      #expect(again.number("version") == 2)
      #expect(again.text.components(of: #""step":"closed""#) == 1)
      let next = try script.post("next")
      #expect(next.status == 409)
      #expect(next.text.hasPrefix(#"{"error":"No further question"#))
      #expect(next.text.contains(#""code":"nothing-prepared","state":{"version":2,"#))
    }
  }

  @Test("two desks agree: who decided on an older state is told how it is")
  func twoDesks() async throws {
    try await withService { service in
      let (one, other) = (try service.browser(), try service.browser())
      #expect(try one.post("close", "version=1").status == 200)
      let stale = try other.post("close", "version=1")
      #expect(stale.status == 409)
      #expect(stale.text.contains(#""code":"stale","state":{"version":2,"#))
      #expect(try other.post("next", "version=1").status == 409)
      #expect(try other.post("open", "version=2").number("version") == 3)
      // A version that nobody has had yet is none either.
      #expect(try one.post("close", "version=7").text.contains(#""code":"stale""#))
      #expect(try one.post("revoke", "version=1").status == 409)
      #expect(try one.get().number("version") == 3)
    }
  }

  @Test("a form leads back to the desk, and its repeat shows how things stand")
  func forms() async throws {
    try await withService { service in
      var browser = try service.browser()
      browser.fields += DeskVisitor.window
      let done = try browser.post("close", "version=1")
      #expect(done.status == 303)
      #expect(done["location"] == "../desk")
      let again = try browser.post("close", "version=1")
      #expect(again.status == 409)
      #expect(again["content-type"] == "text/html; charset=utf-8")
      #expect(again.text.contains("Something else was done meanwhile"))
      #expect(again.text.contains(#"data-phase="closed""#))
      // It is below desk/, and so is what its forms would lead to without this.
      #expect(again.text.contains(#"action="../desk/next""#))
      let bad = try browser.post("ask", "question=&version=2")
      #expect(bad.status == 400)
      #expect(bad.text.contains("A text is empty; write something there."))
    }
  }

  @Test(
    "what makes no sense is refused with a sentence, and nothing is done",
    arguments: [
      ("ask", ""), ("ask", "question="), ("ask", "question=%20"), ("ask", "question=a%0Ab"),
      ("ask", "question=%FF"), ("ask", "question=" + String(repeating: "x", count: 501)),
      ("ask", "question=Tea%3F&question=Cake%3F"), ("ask", "question=Tea%3F&yes=Same&no=same"),
      ("ask", "question=Tea%3F&abstain=yes"), ("ask", "question=Tea%3F&hidden=maybe"),
      ("ask", "question=Tea%3F&draft=1"), ("ask", "question=Tea%3F&preset=slow"),
      ("ask", "question=Tea%3F&rule=majority"), ("ask", "question=Tea%3F&version=x"),
      ("ask", "question=Tea%3F&version=-1"), ("ask", "question=Tea%3F&version=01"),
      ("edit", "yes=No"), ("edit", "question=%E2%80%AEx"), ("countdown", ""),
      ("countdown", "seconds=9"), ("countdown", "seconds=601"), ("countdown", "seconds=ten"),
      ("countdown", "seconds=20&add=20"), ("countdown", "add=9"), ("stage", ""),
      ("stage", "screen=white"), ("say", ""), ("say", "text=a%0Ab"), ("show", "round=7"),
      ("show", "round=x"), ("reveal", "round=7"), ("peek", "round=7"), ("prepare", ""),
      ("prepare", "questions=a%7Cb%7Cb"), ("address", ""), ("address", "url=ftp://x"),
      ("address", "url=http://x/?a"),
      ("address", "url=http://x:0/"), ("close", "version=99999999999999999999"),
    ])
  func badInput(step: String, body: String) async throws {
    try await withService { service in
      let reply = try service.script().post(step, body)
      #expect(reply.status == 400)
      #expect(reply.text.contains(#""error":""#))
      #expect(service.ballotBox.standing.room.version == 1)
    }
  }

  @Test("a step that there is not is 404, one of a later day too")
  func unknownStep() async throws {
    try await withService { service in
      for step in ["number", "reset", "delete", "Close", "state.json"] {
        let reply = try service.script().post(step)
        #expect(reply.status == 404 || reply.status == 405, "\(step)")
      }
      #expect(try service.script().post("close", "<x/>", type: "text/xml").status == 415)
      #expect(try service.script().postJSON("close", "[1]").status == 400)
      #expect(service.ballotBox.standing.room.version == 1)
    }
  }

  @Test("JSON says the same as a form, and what nobody knows means nothing")
  func json() async throws {
    try await withService { service in
      let script = try service.script()
      let asked = try script.postJSON(
        "ask",
        #"{"question":"Tea?","hidden":true,"draft":false,"abstain":"Skip","version":1,"x":[{"y":null}]}"#
      )
      #expect(asked.status == 200)
      #expect(asked.text.contains(#""hidden":true,"question":"Tea?""#))
      #expect(asked.text.contains(#""abstainLabel":"Skip""#))
      #expect(try script.postJSON("countdown", #"{"seconds":30}"#).status == 200)
      #expect(try script.postJSON("countdown", #"{"seconds":30.5}"#).status == 400)
      #expect(try script.postJSON("say", #"{"text":["a"]}"#).status == 400)
      #expect(try script.postJSON("say", #"{"text":"\" \\ é"}"#).text.contains(#""say":"\" \\ é""#))
      #expect(try script.postJSON("close", "{}").status == 200)
    }
  }

  @Test("what a question leaves out is the preset's, never the last round's")
  func presets() async throws {
    try await withService("--preset", "formal", "--abstain", "Enthaltung") { service in
      let script = try service.script()
      let formal = try script.post("ask", "question=Tea%3F&yes=Aye").text
      #expect(formal.contains(#""hidden":true,"question":"Tea?","yesLabel":"Aye""#))
      #expect(formal.contains(#""abstainLabel":"Enthaltung""#))
      let quick = try script.post("ask", "question=Tea%3F&preset=quick").text
      #expect(quick.contains(#""hidden":false,"question":"Tea?","yesLabel":"Yes""#))
      #expect(quick.contains(#""abstainLabel":null"#))
      let none = try script.post("ask", "question=Tea%3F&abstain=&hidden=false").text
      #expect(none.contains(#""hidden":false"#))
      #expect(none.contains(#""noLabel":"No","abstainLabel":null"#))
    }
  }

  @Test("an edit keeps what it leaves out, and never turns a ballot")
  func edit() async throws {
    try await withService("--yes", "Aye") { service in
      let script = try service.script()
      let edited = try script.post("edit", "question=Tee%3F").text
      #expect(edited.contains(#""question":"Tee?","yesLabel":"Aye""#))
      _ = try service.client().get("/vote?yes=true")
      #expect(try script.post("edit", "yes=No&no=Aye").text.contains(#""code":"other-choices""#))
      #expect(try script.post("edit", "abstain=Skip").text.contains(#""code":"other-choices""#))
      #expect(try script.post("close").status == 200)
      #expect(try script.post("edit", "question=Tea%3F").text.contains(#""code":"closed""#))
    }
  }

  @Test("a list of a whole day is taken, and a body past all sense is not")
  func sizes() async throws {
    try await withService { service in
      let line = "questions=" + String(repeating: "Tea%3F%0A", count: 500)
      #expect(try service.script().post("prepare", line).status == 200)
      let many = "questions=" + String(repeating: "Tea%3F%0A", count: 501)
      #expect(try service.script().post("prepare", many).text.contains("Line 501"))
      let huge = try service.script().post("say", "text=" + String(repeating: "x", count: 17_000))
      #expect(huge.status == 413)
    }
  }

  @Test("a step that cannot be stored is not done, and says so: 503")
  func storage() async throws {
    let folder = try TemporaryFolder()
    let database = "\(folder.path)/votes.sqlite"
    try await withService(database: database) { service in
      let script = try service.script()
      let old = service.key
      try FileManager.default.moveItem(atPath: database, toPath: "\(database).away")
      for step in ["close", "revoke"] {
        let reply = try script.post(step)
        #expect(reply.status == 503, "\(step)")
        #expect(reply["retry-after"] == "2")
        #expect(reply.text.contains(#""code":"storage""#))
      }
      #expect(service.key == old)
      #expect(try script.get().text.contains(#""version":1,"#))
      #expect(try script.get().text.contains(#""phase":"open""#))
    }
  }

  @Test("a step that comes while the server stops is not done: 503")
  func finished() async throws {
    try await withService { service in
      await service.ballotBox.finish()
      let script = try service.script()
      let reply = try script.post("close")
      #expect(reply.status == 503)
      #expect(reply["retry-after"] == "5")
      #expect(reply.text.contains(#""code":"stopping""#))
      #expect(try script.post("revoke").status == 503)
    }
  }
}

extension String {
  /// How often a part stands in it.
  func components(of part: String) -> Int { ranges(of: part).count }
}
