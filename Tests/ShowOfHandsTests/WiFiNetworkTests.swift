import Testing

@testable import ShowOfHands

@Suite("The Wi-Fi that phones join")
struct WiFiNetworkTests {
  @Test(
    "a network is read as its name and its password, and written as phones read it",
    arguments: [
      ("Hall:s3cret99", "WIFI:T:WPA;S:Hall;P:s3cret99;;"),
      ("Hall", "WIFI:T:nopass;S:Hall;;"),
      (#"Hall\: 3:pa:ss\"#, #"WIFI:T:WPA;S:Hall\: 3;P:pa\:ss\\;;"#),
      (#"a\\:b"#, #"WIFI:T:WPA;S:a\\;P:b;;"#),
      (#"a\b"#, #"WIFI:T:nopass;S:a\\b;;"#),
      (#"a\"#, #"WIFI:T:nopass;S:a\\;;"#),
      (#"a;b,c"d:p;q,r"s"#, #"WIFI:T:WPA;S:a\;b\,c\"d;P:p\;q\,r\"s;;"#),
      ("Gäste ☕️:schön geheim", "WIFI:T:WPA;S:Gäste ☕️;P:schön geheim;;"),
      (" a : b ", "WIFI:T:WPA;S: a ;P: b ;;"),
    ])
  func codeText(option: String, text: String) throws {
    #expect(try WiFiNetwork(option).codeText == text)
  }

  @Test(
    "a value that is no network says what is wrong with it",
    arguments: [
      ("", .noName), (":s3cret99", .noName), ("Hall:", .noPassword),
      (String(repeating: "a", count: 33), .longName),
      (String(repeating: "ä", count: 17) + ":p", .longName),
      ("a:" + String(repeating: "p", count: 65), .longPassword),
      ("a\nb:p", .controlCharacter), ("a:p\u{7F}", .controlCharacter),
    ] as [(String, WiFiNetwork.Problem)])
  func problems(option: String, problem: WiFiNetwork.Problem) {
    #expect(throws: problem) { try WiFiNetwork(option) }
  }

  @Test("the longest names and passwords are taken")
  func longest() throws {
    let name = String(repeating: "n", count: 32)
    let password = String(repeating: "p", count: 64)
    let network = try WiFiNetwork("\(name):\(password)")
    #expect(network.name == name && network.password == password)
  }

  @Test("what is wrong is told without the password")
  func secret() throws {
    let value = "Hall:" + String(repeating: "s3cret", count: 11)
    for (arguments, environment) in [(["--wifi", value], [:]), ([], ["SHOWOFHANDS_WIFI": value])] {
      let error = #expect(throws: UsageError.self) {
        try Options(arguments, environment: environment, cores: 1)
      }
      #expect(error?.message.contains("has a password of more than 64 bytes") == true)
      #expect(error?.message.contains("s3cret") == false)
    }
    #expect(try Options(["--wifi", "Hall"], environment: [:], cores: 1).wifi?.name == "Hall")
  }
}
