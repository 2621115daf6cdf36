import Foundation
import TestSupport
import Testing

@testable import Voting

/// Counting again without this program: the shell's own tools, on the files as the routes give them.
@Suite("A recount by anyone")
struct RecipeTests {
  /// A closed round's files, in a folder.
  private struct Published {
    let folder: TemporaryDirectory
    let fingerprint: String
    let tally: Tally

    init(ballots: Int) async throws {
      let hall = try Hall(.memory)
      try await hall.box.perform(
        .ask(Question("Fee?\nSo?", abstainLabel: "Neither"), isHidden: true, isDraft: false))
      for number in 0..<ballots { _ = try await hall.box.cast(Choice.allCases[number % 7 % 3]) }
      try await hall.box.perform(.close)
      fingerprint = try #require(hall.box.snapshot.disclosed?.fingerprint)
      try await hall.box.perform(.reveal())
      tally = hall.box.snapshot.tally
      folder = hall.directory
      try write(try #require(try await hall.box.receiptList()), "receipts.csv")
      try write(Array(try #require(try await hall.box.recordText()).utf8), "record.txt")
    }

    func write(_ bytes: [UInt8], _ name: String) throws {
      try Data(bytes).write(to: URL(filePath: "\(folder.path)/\(name)"))
    }

    func read(_ name: String) throws -> String {
      try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8)
    }

    /// What the script says, run where the files are.
    func run(_ script: String) async throws -> String {
      try await Program("sh", "-c", "cd '\(folder.path)'; \(script)").finish().output
    }
  }

  /// The second implementation: all that the recipe looks at, and a word for each thing that is wrong.
  private static let check = """
    [ "$(sha256sum < record.txt | cut -d' ' -f1)" = "$FINGERPRINT" ] || echo fingerprint
    list=$(sha256sum < receipts.csv | cut -d' ' -f1)
    grep -qx "receipts sha256: $list" record.txt || echo list
    [ "$(head -n 1 receipts.csv)" = receipt,answer ] || echo header
    tail -n +2 receipts.csv | LC_ALL=C sort -c 2>/dev/null || echo unsorted
    [ -z "$(tail -n +2 receipts.csv | cut -d, -f1 | LC_ALL=C sort | uniq -d)" ] || echo twice
    for answer in yes no abstain; do
      count=$(tail -n +2 receipts.csv | cut -d, -f2 | grep -cx $answer)
      grep -qx "votes $answer: $count" record.txt || echo $answer
    done
    """

  @Test("an honest list agrees, of no ballot, of one, and of thousands", arguments: [0, 1, 2_000])
  func honest(ballots: Int) async throws {
    let files = try await Published(ballots: ballots)
    #expect(try await files.run("FINGERPRINT=\(files.fingerprint); \(Self.check)") == "")
  }

  @Test(
    "a list or a record that was changed afterwards disagrees",
    arguments: [
      ("an answer", "sed -i '2s/,.*/,maybe/' receipts.csv"),
      ("a line removed", "sed -i 3d receipts.csv"),
      ("a line added", "echo ZZZZZZZ,yes >> receipts.csv"),
      ("a line twice", "sed -i 3p receipts.csv"),
      ("two lines exchanged", "sed -i '2{h;d};3G' receipts.csv"),
      ("a receipt", "sed -i '2s/^./?/' receipts.csv"),
      ("the header", "sed -i 1d receipts.csv"),
      ("line ends", "sed -i 's/$/\\r/' receipts.csv"),
      ("a number", "sed -i 's/^votes yes: .*/votes yes: 9/' record.txt"),
      ("the question", "sed -i 's/Fee/Fees/' record.txt"),
      ("a time", "sed -i 's/^step: 2027/step: 2026/' record.txt"),
      ("a step removed", "sed -i '0,/^step/{/^step/d}' record.txt"),
      ("numbers by hand", "sed -i 's/^by hand no: /by hand no: 5/' record.txt"),
      ("the nonce", "sed -i 's/^nonce: ./nonce: x/' record.txt"),
    ])
  func changed(what: String, change: String) async throws {
    let files = try await Published(ballots: 40)
    let found = try await files.run("\(change); FINGERPRINT=\(files.fingerprint); \(Self.check)")
    #expect(!found.isEmpty, "\(what)")
  }

  @Test(
    "a list and a record that agree with each other disagree with the fingerprint on the screen")
  func rewritten() async throws {
    let files = try await Published(ballots: 40)
    let found = try await files.run(
      """
      sed -i '2{s/,yes/,no/;t;s/,.*/,yes/}' receipts.csv
      sed -i "s/^receipts sha256: .*/receipts sha256: $(sha256sum < receipts.csv | cut -d' ' -f1)/" record.txt
      for answer in yes no abstain; do
        sed -i "s/^votes $answer: .*/votes $answer: $(grep -c ",$answer\\$" receipts.csv)/" record.txt
      done
      FINGERPRINT=\(files.fingerprint); \(Self.check)
      """)
    #expect(found == "fingerprint\n")
    // Not to be found so: a list that was wrong when the fingerprint was made. Voters find that.
  }

  @Test("the recipe in the documentation says what it is said to say")
  func documented() async throws {
    let file = "\(packageFolder)/Sources/ShowOfHands/Documentation.docc/Trust.md"
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let blocks = text.components(separatedBy: "```sh\n").dropFirst()
      .map { $0.components(separatedBy: "```")[0] }
    let recipe = try #require(blocks.first { $0.contains("receipts.csv") })
    #expect(recipe.contains("record.txt"))
    let files = try await Published(ballots: 40)
    let list = SHA256.hex(of: Array(try files.read("receipts.csv").utf8))
    // The files are there already.
    let said = try await files.run("curl() { :; }\n\(recipe)")
    #expect(said.contains("\(files.fingerprint)  record.txt\n"))
    #expect(said.contains("\(list)  receipts.csv\n"))
    #expect(said.contains("receipts: 40\n") && said.contains("receipts sha256: \(list)\n"))
    let lines = said.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    let tally = files.tally
    #expect(lines.suffix(3) == ["\(tally.abstain) abstain", "\(tally.no) no", "\(tally.yes) yes"])
    // Two hashes, two lines of the list and three of votes, and the three counts: nothing else.
    #expect(lines.count == 10)
  }
}
