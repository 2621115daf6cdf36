/// Values by their type, one of each: `response.storage[Visitor.self] = visitor`.
public struct Storage: Sendable {
  private var values: [any Sendable] = []

  /// Nothing is stored.
  public init() {}

  /// The value of the type; `nil` where there is none, and to remove it. Give a type of your own,
  /// so that nobody else's value is in its place.
  public subscript<Value: Sendable>(_ type: Value.Type) -> Value? {
    get {
      for case let value as Value in values { return value }
      return nil
    }
    set {
      values.removeAll { $0 is Value }
      if let newValue { values.append(newValue) }
    }
  }
}
