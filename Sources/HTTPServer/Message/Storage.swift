/// Values by their type, one of each: `response.storage[Visitor.self] = visitor`.
public struct Storage: Sendable {
  private var values: [any Sendable] = []

  public init() {}

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
