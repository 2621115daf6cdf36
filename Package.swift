// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is held to the same rules; a warning fails the build.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "ShowOfHands",
  platforms: [.macOS(.v26)],
  products: [
    .executable(name: "ShowOfHands", targets: ["ShowOfHands"]),
    .library(name: "ServerSentEvents", targets: ["ServerSentEvents", "HTTPServer"]),
  ],
  targets: [
    .systemLibrary(name: "CLinux"),
    .target(
      name: "EventLoop",
      dependencies: [.target(name: "CLinux", condition: .when(platforms: [.linux]))],
      swiftSettings: strict),
    .target(name: "HTTPServer", dependencies: ["EventLoop"], swiftSettings: strict),
    .target(name: "ServerSentEvents", dependencies: ["HTTPServer"], swiftSettings: strict),
    .target(name: "Templates", swiftSettings: strict),
    .target(
      name: "CSQLite",
      linkerSettings: [
        // The unversioned name is there only where the header is.
        .linkedLibrary(":libsqlite3.so.0", .when(platforms: [.linux])),
        .linkedLibrary("sqlite3", .when(platforms: [.macOS])),
      ]),
    .target(name: "Voting", dependencies: ["CSQLite"], swiftSettings: strict),
    .executableTarget(
      name: "ShowOfHands",
      dependencies: ["ServerSentEvents", "HTTPServer", "EventLoop", "Templates", "Voting"],
      swiftSettings: strict),
    .testTarget(name: "VotingTests", dependencies: ["Voting"], swiftSettings: strict),
  ]
)
