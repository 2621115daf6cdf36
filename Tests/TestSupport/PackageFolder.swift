/// The folder of this package, where `Sources`, `Public` and `Views` are.
public let packageFolder = #filePath.split(separator: "/").dropLast(3)
  .reduce("") { $0 + "/" + $1 }
