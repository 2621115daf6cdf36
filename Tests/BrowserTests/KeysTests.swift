import Foundation
import TestSupport
import Testing

extension BrowserTests {
  /// What `Public/keys.js` makes of the keys of a keyboard or a clicker.
  @Suite("The keys")
  struct KeysTests {
    /// Starts `keys` with actions that write down their names, and presses keys in the page.
    private static let script = """
      const names = ["next", "undo", "black", "join", "numbers", "countdown", "fullScreen", "again",
        "ask", "help"];
      const start = async () => {
        const { keys, switchKeys, areKeysOn } = await import(location.origin + "/keys.js");
        const done = [];
        const press = keys(Object.fromEntries(names.map((name) => [name, () => done.push(name)])));
        return { done, press, switchKeys, areKeysOn };
      };
      const type = (key, options = {}, target = document.body) => {
        const event = new KeyboardEvent("keydown",
          { key, bubbles: true, cancelable: true, ...options });
        Object.defineProperty(event, "timeStamp", { value: options.at ?? event.timeStamp });
        target.dispatchEvent(event);
        return event.defaultPrevented;
      };

      """

    private func run(_ body: String) async throws -> Any {
      let server = try await VotingServer()
      var answer: Any = ""
      try await Browser.run { browser in
        try browser.open(server.url("/result"))
        try await browser.wait(for: "#state", toSay: "Connected")
        answer = try browser.run(Self.script + "return (async () => { \(body) })();")
      }
      return answer
    }

    @Test("keys: each stands for its step, and those of a clicker too")
    func meanings() async throws {
      let answer = try await run(
        """
        const { done } = await start();
        const all = ["ArrowRight", "PageDown", " ", "Enter", "n", "N", "ArrowLeft", "PageUp",
          "Backspace", "p", ".", "b", "B", "F5", "j", "h", "t", "f", "a", "/", "?"];
        let at = 0;
        const prevented = all.map((key) => type(key, { at: (at += 1_000) }));
        const others = ["Escape", "Delete", "x", "Tab", "F11"].map((key) => type(key));
        return [done.join(" "), prevented.every(Boolean), others.some(Boolean)].join(", ");
        """)
      #expect(
        answer as? String == """
          next next next next next next undo undo undo undo black black black join join numbers \
          countdown fullScreen again ask help, true, false
          """)
    }

    @Test("keys: a key that is held, and a second next within 700 ms, do nothing")
    func repeats() async throws {
      let answer = try await run(
        """
        const { done } = await start();
        type("PageDown", { at: 1_000 });
        const held = type("PageDown", { at: 1_200, repeat: true });
        type(" ", { at: 1_699 });
        type("Enter", { at: 1_700 });
        type("PageUp", { at: 1_800 });
        return done.join(" ") + " " + held;
        """)
      #expect(answer as? String == "next next undo true")
    }

    @Test("keys: where a field, a link or a button has the focus, they are its own, but for F5")
    func focus() async throws {
      let answer = try await run(
        """
        const { done } = await start();
        for (const name of ["input", "textarea", "select", "button", "a"]) {
          const element = document.createElement(name);
          if (name === "a") element.href = "./";
          document.body.append(element);
          for (const key of [" ", "Enter", "b", "PageDown"]) type(key, {}, element);
          type("F5", {}, element);
        }
        for (const modifier of ["ctrlKey", "altKey", "metaKey"]) type("n", { [modifier]: true });
        type("n", { isComposing: true });
        return done.join(" ");
        """)
      #expect(answer as? String == "join join")
    }

    @Test("keys: on a keyboard with other letters the place of a key counts")
    func otherLetters() async throws {
      let answer = try await run(
        """
        const { done } = await start();
        type("и", { code: "KeyB" });
        type("ю", { code: "Period" });
        type(":", { code: "Period" });
        type("р", { code: "KeyH" });
        type("ф", { code: "KeyX" });
        return done.join(" ");
        """)
      #expect(answer as? String == "black black black numbers")
    }

    @Test("keys: they can be switched off for this browser, and on again")
    func off() async throws {
      let answer = try await run(
        """
        const { done, switchKeys, areKeysOn } = await start();
        switchKeys(false);
        const prevented = [type("n"), type("F5"), areKeysOn()];
        switchKeys(true);
        type("b");
        return [done, ...prevented, areKeysOn()].join(" ");
        """)
      #expect(answer as? String == "black false false false true")
    }
  }
}
