import Foundation
import TestSupport
import Testing

/// A package outside this one that depends on it by its path and uses what is public alone: the
/// example programs, and every program of the documentation. Built once, in a folder that stays beside
/// the build of the tests, so that the next run builds only what has changed.
enum OutsidePackage {
  static let examples = ["Clock", "CounterStream", "EventsBesidePage", "Hub"]

  /// The folder of the programs that were built.
  static func programs() async throws -> String { try await build.value }

  private static let build = Task<String, any Error> {
    try write()
    // A variable for the build of this package would change its targets, or have it wait for this run.
    let variables = ["COVERAGE", "EXAMPLES", "FUZZ", "MEASURE", "SWIFTPM_BUILD_DIR"]
    let unset = variables.flatMap { ["-u", $0] }
    let command =
      unset + ["swift", "build", "--package-path", folder, "--scratch-path", folder + "/.build"]
    let (status, output) = try await Program(command).finish()
    #expect(status == 0, "the outside package does not build:\n\(output)")
    #expect(!output.contains("warning:"), "the outside package builds with warnings:\n\(output)")
    return folder + "/.build/debug"
  }

  private static let folder =
    URL(filePath: VotingServer.executable).deletingLastPathComponent()
    .appending(path: "OutsidePackage").path

  // MARK: Writing

  private static func write() throws {
    let documented = try Documentation.programs(root: packageFolder)
    // What is not documented any more must not be built.
    let sources = folder + "/Sources"
    for name in (try? FileManager.default.contentsOfDirectory(atPath: sources)) ?? []
    where !examples.contains(name) && documented[name] == nil {
      try FileManager.default.removeItem(atPath: "\(sources)/\(name)")
    }
    for (name, text) in documented { try write(text, to: "\(sources)/\(name)/main.swift") }
    for name in examples { try copy(name, to: "\(sources)/\(name)") }
    try write(manifest(targets: examples + documented.keys.sorted()), to: folder + "/Package.swift")
  }

  private static func copy(_ example: String, to folder: String) throws {
    let source = "\(packageFolder)/Sources/Examples/\(example)"
    for file in ["\(example).swift", "Public/index.html"] {
      try write(
        try String(contentsOfFile: "\(source)/\(file)", encoding: .utf8), to: "\(folder)/\(file)")
    }
  }

  /// A file that is as it should be stays as it is: nothing is built for it.
  private static func write(_ text: String, to path: String) throws {
    // Where it cannot be read, it is not there yet.
    if (try? String(contentsOfFile: path, encoding: .utf8)) == text { return }
    try FileManager.default.createDirectory(
      at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }

  private static func manifest(targets: [String]) -> String {
    """
    // swift-tools-version: 6.2
    import PackageDescription

    let package = Package(
      name: "Outside",
      platforms: [.macOS(.v26)],
      dependencies: [.package(name: "ShowOfHands", path: \(packageFolder.debugDescription))],
      targets: \(targets).map {
        .executableTarget(
          name: $0,
          dependencies: [.product(name: "ServerSentEvents", package: "ShowOfHands")],
          exclude: \(examples).contains($0) ? ["Public"] : [])
      }
    )

    """
  }
}
