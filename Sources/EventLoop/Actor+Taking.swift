extension Actor {
  /// As `assumeIsolated`, for a closure that is given what cannot be copied.
  package nonisolated func assumeIsolated<Value: ~Copyable & Sendable>(
    taking value: consuming Value, _ body: @Sendable (isolated Self, consuming Value) -> Void
  ) {
    // A closure cannot own what it captures: it takes the value out of here.
    var value = Optional(value)
    assumeIsolated { actor in
      if let value = value.take() { body(actor, value) }
    }
  }
}
