import Platform

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A whole number that whoever starts the program may set in its environment.
///
/// A value that is not one, or not in the range, ends the program: one sentence on standard error,
/// exit status 2. An empty value counts as none.
///
/// - Parameters:
///   - name: of the variable, such as `PORT`.
///   - number: taken where the variable is not set.
///   - range: what it may be.
public func numberFromEnvironment(
  _ name: String, default number: Int, in range: ClosedRange<Int>
) -> Int {
  let value = ProcessInfo.processInfo.environment[name] ?? ""
  do throws(EnvironmentNumberError) {
    return try environmentNumber(value, default: number, in: range)
  } catch {
    CurrentProcess.exit(saying: "\(name) \(error)")
  }
}

func environmentNumber(
  _ value: String, default number: Int, in range: ClosedRange<Int>
) throws(EnvironmentNumberError) -> Int {
  if value.isEmpty { return number }
  guard let given = Int(value), range.contains(given) else {
    throw EnvironmentNumberError(value: value, range: range)
  }
  return given
}

/// A variable has a value that is not a number in its range.
struct EnvironmentNumberError: Error, CustomStringConvertible {
  let value: String
  let range: ClosedRange<Int>

  var description: String {
    let start = value.prefix(40)
    return "is '\(start)\(start.count < value.count ? "…" : "")', and has to be a whole number "
      + "from \(range.lowerBound) to \(range.upperBound)."
  }
}
