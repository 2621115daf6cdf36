import TestSupport
import Testing

@testable import ShowOfHands
@testable import Voting

extension BrowserTests {
  @Suite("A voter's receipt")
  struct ReceiptTests {
    @Test("receipt: the phone and the server have made it, and it stays with the vote")
    func stays() async throws {
      try await withPages { service, browser in
        try browser.open(service.url("/"))
        try await browser.click("button.yes")
        let receipt = try await browser.receipt()
        let kept = try browser.run("return JSON.stringify(localStorage)") as? String ?? ""
        #expect(kept.contains(receipt))
        #expect(!kept.contains("isForeign"))
        try browser.reload()
        #expect(try await browser.receipt() == receipt)
        try await browser.click("button.no")
        try await browser.wait(for: "#notice", toSay: "Counted: No")
        #expect(try await browser.receipt() == receipt)
        #expect(try browser.text(of: "#receipt") == "Your receipt: \(receipt)")
        try await service.ballotBox.perform(.again)
        _ = try await eventually("no receipt before the next vote") {
          try browser.text(of: "#receipt").isEmpty ? true : nil
        }
        try await browser.click("button.yes")
        #expect(try await browser.receipt() != receipt)
      }
    }

    @Test("receipt: a voter finds the ballot in the list, and notices one that was changed")
    func found() async throws {
      try await withPages { service, browser in
        try browser.open(service.url("/"))
        try await browser.click("button.yes")
        let receipt = try await browser.receipt()
        try await service.ballotBox.perform(.close)
        _ = try await eventually("a link to the list") {
          try browser.run("return !!document.querySelector('#receipt a')") as? Bool == true
            ? true : nil
        }
        try await browser.click("#receipt a")
        try await browser.wait(for: "#receipt", toSay: "In the list: \(receipt), Yes")

        // As if the server had counted something else under this receipt.
        try browser.reload()
        _ = try await browser.receipt()
        _ = try browser.run(
          """
          const other = window.fetch
          window.fetch = async (...request) => `${request[0]}`.includes("receipts.csv")
            ? new Response("receipt,answer\\n\(receipt),no\\n") : other(...request)
          """)
        try await browser.click("#receipt a")
        try await browser.wait(for: "#receipt", toSay: "The list says No for \(receipt)")
      }
    }

    @Test("receipt: one that the phone did not make is pointed at")
    func foreign() async throws {
      try await withPages { service, browser in
        try browser.open(service.url("/"))
        // As from a server that shows one half and uses another.
        _ = try browser.run(
          "document.querySelector('main').dataset.half = '0123456789abcdef'")
        try await browser.click("button.yes")
        _ = try await eventually("the page to point at it") {
          // It is not there before there is one.
          let text = (try? browser.text(of: "#receipt")) ?? ""
          return text.contains("this phone did not make") ? true : nil
        }
      }
    }
  }
}
