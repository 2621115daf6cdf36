// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is held to the same rules; each use of memory that the compiler cannot vouch for
/// is marked `unsafe`. A warning fails the build where `CI` is set: a newer
/// compiler, which warns of more, must not keep anybody from running the program.
let strict: [SwiftSetting] =
  [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
  ] + (Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)])

let package = Package(
  name: "ShowOfHands",
  platforms: [.macOS(.v26)],
  products: [
    .executable(name: "ShowOfHands", targets: ["ShowOfHands"]),
    .library(
      name: "ServerSentEvents",
      targets: ["ServerSentEvents", "HTTPServer", "EventLoop", "Platform"]),
  ],
  targets: [
    .systemLibrary(name: "CLinux"),
    .target(
      name: "Platform",
      dependencies: [.target(name: "CLinux", condition: .when(platforms: [.linux]))],
      swiftSettings: strict),
    .target(
      name: "EventLoop",
      dependencies: [
        "Platform", .target(name: "CLinux", condition: .when(platforms: [.linux])),
      ],
      swiftSettings: strict),
    .target(name: "HTTPServer", dependencies: ["EventLoop", "Platform"], swiftSettings: strict),
    .target(
      name: "ServerSentEvents", dependencies: ["HTTPServer", "EventLoop", "Platform"],
      swiftSettings: strict),
    .target(name: "Templates", dependencies: ["Platform"], swiftSettings: strict),
    .target(name: "QRCode", swiftSettings: strict),
    .target(
      name: "CSQLite",
      linkerSettings: [
        // The unversioned name is there only where the header is.
        .linkedLibrary(":libsqlite3.so.0", .when(platforms: [.linux])),
        .linkedLibrary("sqlite3", .when(platforms: [.macOS])),
      ]),
    .target(name: "Valkey", dependencies: ["Platform"], swiftSettings: strict),
    .target(
      name: "Voting", dependencies: ["CSQLite", "Platform", "Valkey"], swiftSettings: strict),
    .target(name: "Rehearsal", dependencies: ["EventLoop", "Platform"], swiftSettings: strict),
    .executableTarget(
      name: "ShowOfHands",
      dependencies: [
        "ServerSentEvents", "HTTPServer", "EventLoop", "Platform", "Templates", "QRCode",
        "Voting", "Rehearsal", "Valkey",
      ],
      swiftSettings: strict),
    .target(
      name: "TestSupport",
      dependencies: ["HTTPServer", "EventLoop", "Platform", "Voting"],
      path: "Tests/TestSupport",
      exclude: ["StreamClients"],
      swiftSettings: strict),
    .testTarget(
      name: "PlatformTests", dependencies: ["Platform", "EventLoop"], swiftSettings: strict),
    .testTarget(
      name: "EventLoopTests", dependencies: ["EventLoop", "Platform"], swiftSettings: strict),
    .testTarget(
      name: "HTTPServerTests",
      dependencies: ["HTTPServer", "EventLoop", "Platform", "TestSupport"],
      exclude: ["Fixtures"],
      swiftSettings: strict),
    .testTarget(
      name: "ServerSentEventsTests",
      dependencies: ["ServerSentEvents", "HTTPServer", "EventLoop", "Platform", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "ExamplesTests", dependencies: ["ShowOfHands", "Platform", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "ShowOfHandsTests",
      dependencies: [
        "ShowOfHands", "Rehearsal", "ServerSentEvents", "HTTPServer", "EventLoop", "Platform",
        "QRCode", "Valkey", "Voting", "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "RehearsalTests",
      dependencies: [
        "Rehearsal", "ServerSentEvents", "HTTPServer", "EventLoop", "Platform", "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ValkeyTests", dependencies: ["Valkey", "HTTPServer", "Platform", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "VotingTests",
      dependencies: ["Voting", "Valkey", "EventLoop", "Platform", "TestSupport"],
      swiftSettings: strict),
    .testTarget(name: "TemplatesTests", dependencies: ["Templates"], swiftSettings: strict),
    .testTarget(
      name: "QRCodeTests", dependencies: ["QRCode", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "BrowserTests",
      dependencies: [
        "ShowOfHands", "ServerSentEvents", "HTTPServer", "EventLoop", "Voting", "TestSupport",
      ],
      swiftSettings: strict),
  ]
)

// Programs and tests that write down which lines they ran: `.ci/coverage` reads it. The compiler's own
// switch for it would have `swift test` read it too, and fail where a test killed a program.
if Context.environment["COVERAGE"] != nil {
  for target in package.targets where target.type != .system {
    target.swiftSettings?.append(.unsafeFlags(["-profile-generate", "-profile-coverage-mapping"]))
    target.linkerSettings =
      (target.linkerSettings ?? []) + [.unsafeFlags(["-profile-generate"])]
  }
}

// The benchmark's server of messages, which `.ci/measure --messages` asks for.
if Context.environment["MEASURE"] != nil {
  package.targets.append(
    .executableTarget(
      name: "Messages",
      dependencies: ["ServerSentEvents", "HTTPServer", "EventLoop", "Platform"],
      path: "Tests/Benchmark/Messages",
      swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]))
}

// Fuzzing builds everything instrumented, so it is asked for and kept in a place of its own;
// Tests/Fuzz/Fuzz.swift has the command.
if Context.environment["FUZZ"] != nil {
  for target in package.targets where target.type == .regular {
    target.swiftSettings?.append(.unsafeFlags(["-sanitize=fuzzer,address", "-enable-testing"]))
  }
  package.targets.append(
    .executableTarget(
      name: "Fuzz",
      dependencies: ["HTTPServer", "ServerSentEvents", "EventLoop", "Templates", "Valkey"],
      path: "Tests/Fuzz",
      exclude: ["Corpus"],
      swiftSettings: strict + [.unsafeFlags(["-sanitize=fuzzer,address", "-parse-as-library"])],
      linkerSettings: [
        .unsafeFlags(["-sanitize=fuzzer,address"]),
        .unsafeFlags(["-use-ld=lld"], .when(platforms: [.linux])),
      ]))
}

// The examples are programs of their own and are asked for, so that plain `swift run` is the voting
// app: `EXAMPLES=1 swift run Clock`.
if Context.environment["EXAMPLES"] != nil {
  for name in ["Clock", "CounterStream", "EventsBesidePage", "Hub"] {
    package.targets.append(
      .executableTarget(
        name: name,
        dependencies: ["ServerSentEvents", "HTTPServer", "EventLoop"],
        path: "Sources/Examples/\(name)",
        exclude: ["Public"],
        swiftSettings: strict))
  }
}
