import TestSupport
import Testing
import Voting

@testable import ShowOfHands

/// Rules, numbers and the chair by plain forms, as a browser without scripts has them.
@Suite("The desk's rules and numbers")
struct DeskNumbersTests {
  private func page(_ desk: DeskVisitor, _ query: String = "") throws -> String {
    try desk.get("/desk\(query)", DeskVisitor.window).text
  }

  private func version(_ service: Service) -> String {
    "version=\(service.ballotBox.snapshot.version)"
  }

  @Test("desk numbers: a rule, numbers, the verdict and the minutes by forms alone")
  func forms() async throws {
    try await withService("--preset", "formal") { service in
      let (desk, box) = (try service.browser(), service.ballotBox)
      #expect(try page(desk).contains(#"<option value="simple" selected>"#))
      let asked = try desk.post(
        "ask", "question=Tea%3F&rule=present&chair=false&hidden=true&\(version(service))",
        DeskVisitor.window)
      #expect(asked.status == 303)
      #expect(box.round?.question.rule == .present)
      #expect(try page(desk).contains("To pass: majority of those present"))
      _ = try await box.cast(.yes)
      try await box.perform(.close)
      #expect(try page(desk).contains(#"data-minutes="false""#))
      try await box.perform(.reveal())
      let missing = try page(desk)
      #expect(missing.contains("The number present is not entered, so there is no verdict"))
      #expect(missing.contains(#"data-missing="present""#))
      #expect(missing.contains(#"data-minutes="true""#))
      let form = "present=1&entitled=&yesByHand=&noByHand=&abstainByHand=&\(version(service))"
      #expect(try desk.post("numbers", form, DeskVisitor.window).status == 303)
      let entered = try page(desk)
      #expect(entered.contains("Accepted") && entered.contains("Needed: 1 of 1 present"))
      #expect(entered.contains(#"name="present" value="1""#))
      #expect(try page(desk, "?lists").contains("minutes?round=1"))
    }
  }

  @Test("desk numbers: what is refused stays typed, and its card open")
  func refused() async throws {
    try await withService("--question", "Tea?") { service in
      let desk = try service.browser()
      let reply = try desk.post(
        "numbers", "present=many&entitled=60&\(version(service))", DeskVisitor.window)
      #expect(reply.status == 400)
      #expect(reply.text.contains(#"name="present" value="many""#))
      #expect(reply.text.contains(#"<details id="numbersCard" open>"#))
      let asked = try desk.post(
        "ask",
        "question=Tea%3F&yes=A&no=A&rule=absolute&chair=true&rollCall=true&\(version(service))",
        DeskVisitor.window)
      #expect(asked.status == 400 || asked.status == 303)
      let alike = try desk.post(
        "ask", "question=Tea%3F&yes=A&no=A&rule=absolute&chair=true&\(version(service))",
        DeskVisitor.window)
      #expect(alike.status == 400)
      #expect(alike.text.contains(#"<option value="absolute" selected>"#))
      #expect(alike.text.contains(#"<option value="true" selected>"#))
    }
  }

  @Test("desk numbers: a preset is a link that fills the options")
  func presets() async throws {
    try await withService("--question", "Tea?") { service in
      let desk = try service.browser()
      let quick = try page(desk)
      #expect(quick.contains(#"<option value="none" selected>"#))
      #expect(quick.contains(#"data-preset="{&quot;hidden&quot;:&quot;true&quot;"#))
      let formal = try page(desk, "?preset=formal")
      #expect(formal.contains(#"<option value="simple" selected>"#))
      #expect(formal.contains(#"name="abstain" value="Abstain""#))
      #expect(formal.contains(#"<details id="options" open>"#))
      #expect(try page(desk, "?preset=nothing").contains(#"<option value="none" selected>"#))
    }
  }

  @Test("desk numbers: in a tie the chair has two buttons, and no one else")
  func chair() async throws {
    try await withService("--question", "Tea?") { service in
      let (desk, box) = (try service.browser(), service.ballotBox)
      #expect(
        try desk.post(
          "ask", "question=Tea%3F&rule=simple&chair=true&\(version(service))", DeskVisitor.window
        ).status == 303)
      for choice in [Choice.yes, .no] { _ = try await box.cast(choice) }
      #expect(try page(desk).contains(#"data-tie="false""#))
      try await box.perform(.close)
      let tie = try page(desk)
      #expect(tie.contains(#"data-tie="true""#) && tie.contains("Tie: the chair decides"))
      let said = try desk.post("chair", "casts=yes&\(version(service))", DeskVisitor.window)
      #expect(said.status == 303)
      let decided = try page(desk)
      #expect(decided.contains("Accepted") && decided.contains("By the chair’s word"))
    }
  }

  @Test("desk numbers: a roll call says Here, unless the host has another word for it")
  func rollCall() async throws {
    try await withService("--question", "Tea?", "--language", "de") { service in
      let (desk, box) = (try service.browser(), service.ballotBox)
      for (label, expected) in [("Ja", "Hier"), ("Present", "Present")] {
        let form = "question=Wer%3F&yes=\(label)&no=Nein&rollCall=true&\(version(service))"
        #expect(try desk.post("ask", form, DeskVisitor.window).status == 303)
        #expect(box.round?.question.yesLabel == expected)
        let phone = try service.client().get("/", fields: DeskVisitor.window).text
        #expect(phone.contains(expected))
        #expect(phone.contains(#"<button class="no" name="yes" value="false" hidden>"#))
        #expect(phone.contains(#"<button class="abstain" name="abstain" value="true" hidden>"#))
        _ = try await box.cast(.yes)
        try await box.perform(.close)
        let state = try service.client().get("/result.json").text
        #expect(!state.contains("noLabel") && !state.contains(#""no":"#))
        let screen = try service.client().get("/result", fields: DeskVisitor.window).text
        #expect(screen.contains("Anwesend: 1"))
        let form2 = try page(desk)
        #expect(form2.contains(#"<fieldset hidden disabled>"#))
      }
      #expect(box.snapshot.room.numbers.present == 1)
    }
  }
}
