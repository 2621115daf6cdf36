import EventLoop
import Platform
import Testing
import Voting

@testable import ShowOfHands

@Suite("Wrong codes")
struct CodeGuessesTests {
  private let clock = ManualClock()
  private var guesses: CodeGuesses { CodeGuesses(clock: .manual(clock)) }

  private func client(_ text: String) throws -> PeerAddress {
    .internet(try #require(InternetAddress(text)))
  }

  @Test("a client is told to wait after so many, and its codes are looked at all the same")
  func patience() throws {
    let guesses = guesses
    let client = try client("192.0.2.1")
    for _ in 0..<CodeGuesses.patience { #expect(guesses.note(client) == nil) }
    #expect(guesses.note(client) == 1)
    #expect(guesses.wait(for: client) == nil)
    #expect(try guesses.note(self.client("192.0.2.2")) == nil)
    clock.advance(by: .seconds(4))
    #expect(guesses.note(client) == nil)
  }

  @Test("a program that guesses is not told which are right for a while; others are not held up")
  func flood() throws {
    let guesses = guesses
    let client = try client("192.0.2.1")
    for _ in 0..<CodeGuesses.maxOfClient { _ = guesses.note(client) }
    #expect(guesses.wait(for: client) == 1)
    #expect(try guesses.wait(for: self.client("192.0.2.2")) == nil)
    clock.advance(by: .seconds(1))
    #expect(guesses.wait(for: client) == nil)
  }

  @Test("many addresses reach no more than all together may")
  func all() throws {
    let guesses = guesses
    for number in 0..<CodeGuesses.maxOfAll {
      _ = guesses.note(try client("10.1.\(number / 250).\(number % 250)"))
    }
    #expect(try guesses.wait(for: client("192.0.2.9")) == 1)
    #expect(guesses.clientCount <= CodeGuesses.maxClients)
    clock.advance(by: .seconds(1))
    #expect(try guesses.wait(for: client("192.0.2.9")) == nil)
  }

  @Test("a network of IPv6 is one client, whatever addresses it takes")
  func network() throws {
    let guesses = guesses
    for number in 0..<CodeGuesses.patience {
      _ = guesses.note(try client("2001:db8:1:2::\(number)"))
    }
    #expect(try guesses.note(client("2001:db8:1:2:ffff::1")) != nil)
    #expect(try guesses.note(client("2001:db8:1:3::1")) == nil)
    #expect(guesses.clientCount == 2)
  }

  @Test(
    "what a guesser can reach in an evening with 300 codes: one in a thousand evenings, or less")
  func evening() {
    let seconds = 4.0 * 3600
    let tries = Double(CodeGuesses.maxOfAll) + CodeGuesses.forgottenOfAll * seconds
    let chance = tries * 300 / Double(VotingCode.count)
    #expect(tries == 1_450_000)
    #expect(chance < 1.0 / 1_900)
  }
}
