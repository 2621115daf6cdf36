import TestSupport

// What a page does takes a while, and longer on a busy machine.
extension Browser {
  /// Whether the page takes what is pressed: its scripts run, and no step of the host's is on its way.
  func isReady() -> Bool {
    // A page that is just being replaced takes the script along: not yet is no failure.
    let answer = try? run(
      """
      return document.readyState === "complete"
        && !document.body.matches("[data-sending], [data-busy]");
      """)
    return answer as? Bool == true
  }

  /// Waits until the element's text starts with what the test expects.
  func wait(for selector: String, toSay expected: String) async throws {
    var last = ""
    _ = try await eventually("\(selector) to say “\(expected)”, not “\(last)”") {
      // A page that is just being replaced takes its elements along: not yet is no failure.
      last = (try? text(of: selector)) ?? last
      return last.hasPrefix(expected) ? true : nil
    }
  }

  /// Waits until the voting page shows the receipt of its vote.
  /// - Returns: its seven characters.
  func receipt() async throws -> String {
    try await eventually("a receipt on the page") {
      // It is not there before there is one.
      let text = (try? text(of: "#receipt")) ?? ""
      return text.firstMatch(of: /Your receipt: (\w{7})/).map { String($0.1) }
    }
  }

  /// Keeps every text that an element has from now on: on a busy machine a test looks too late for
  /// what comes and goes.
  func noteTexts(of selector: String) throws {
    _ = try run(
      """
      const element = document.querySelector("\(selector)");
      const texts = ((window.texts ??= {})["\(selector)"] = [element.textContent]);
      new MutationObserver(() => texts.push(element.textContent))
        .observe(element, { childList: true, characterData: true, subtree: true });
      """)
  }

  /// Waits until an element whose texts are noted has had one that starts with what the test expects.
  func wait(for selector: String, toHaveSaid expected: String) async throws {
    var texts: [String] = []
    _ = try await eventually("\(selector) to have said “\(expected)”, not \(texts)") {
      texts = try run("return window.texts['\(selector)']") as? [String] ?? []
      return texts.contains { $0.hasPrefix(expected) } ? true : nil
    }
  }

  /// Waits until all of the page is in its window, and nothing scrolls.
  func waitUntilAllFits(_ what: String = "the page") async throws {
    _ = try await eventually("\(what) to fit") {
      let fits = try run(
        """
        const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
        return scrollWidth <= clientWidth && scrollHeight <= clientHeight;
        """)
      return fits as? Bool == true ? true : nil
    }
  }
}
