import Foundation
import HTTPServer
import TestSupport
import Testing

/// On names that are no secure context, as on the addresses of a local network: there a browser
/// sends no Fetch Metadata.
extension BrowserTests {
  @Test(
    "a page elsewhere cannot vote for its visitors, whatever it makes their browser send",
    arguments: ["unsafe-url", "no-referrer"])
  func foreignPage(_ policy: String) async throws {
    let vote = server.url("/vote?yes=false", host: "vote.example").absoluteString
    var app = Application()
    app.get("/page") { _, response in
      response.send(Self.page(against: vote, policy), as: .html)
    }
    app.get("/script.js") { _, response in
      response.send(Self.script(against: vote), as: .javascript)
    }
    try await withServer(app) { port in
      let page = try #require(URL(string: "http://evil.example:\(port)/page"))
      try await Browser.run { browser in
        try browser.open(server.url("/", host: "vote.example"))
        try await browser.click("button.yes")
        try await browser.wait(for: "#notice", toSay: "Counted: Yes")
        #expect(try browser.run("return isSecureContext") as? Bool == false)

        try browser.open(page)
        try await browser.wait(for: "#state", toSay: "all answered")
        try await browser.click("button")
        try await browser.wait(for: "h1", toSay: "Forbidden")

        try browser.open(page)
        try await browser.click("a")
        let expected = policy == "no-referrer" ? "Is it light?" : "Forbidden"
        try await browser.wait(for: "h1", toSay: expected)

        let result = try server.result()
        #expect(result.yes == 1 && result.no == 0)
      }
    }
  }

  private static func page(against vote: String, _ policy: String) -> String {
    """
    <!DOCTYPE html><meta name="referrer" content="\(policy)"><title>Elsewhere</title>
    <p id="state"></p><a href="\(vote)">a link</a>
    <form action="\(vote)" method="post"><button>a button</button></form>
    <img src="\(vote)&img"><link rel="stylesheet" href="\(vote)&css"><script src="\(vote)&js"></script>
    <video src="\(vote)&video"></video><iframe src="\(vote)&iframe"></iframe>
    <iframe sandbox="allow-forms allow-scripts" srcdoc='<form method="post" action="\(vote)&box">
    </form><script>document.forms[0].submit()</script>'></iframe>
    <script src="/script.js"></script>
    """
  }

  /// A page may set these fields itself, without asking the server first.
  private static func script(against vote: String) -> String {
    """
    const loaded = new Promise((resume) => addEventListener("load", resume));
    const fields = [{}, {"Accept-Language": "*"}, {"Accept-Language": ""},
      {"Accept-Language": "*", "Accept": "application/json"}];
    const sent = fields.flatMap((headers) => ["GET", "POST"].map((method) =>
      fetch("\(vote)", {method, headers, mode: "no-cors", credentials: "include"})));
    sent.push(new Promise((resume) => {
      new WebSocket("\(vote)".replace("http", "ws")).onerror = resume;
    }));
    navigator.sendBeacon("\(vote)", new URLSearchParams({round: 1}));
    Promise.allSettled([...sent, loaded]).then(() => {
      document.getElementById("state").textContent = "all answered";
    });
    """
  }
}
