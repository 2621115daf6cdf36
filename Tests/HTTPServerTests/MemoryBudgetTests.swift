import Testing

@testable import HTTPServer

@Suite("Memory budget")
struct MemoryBudgetTests {
  @Test("whoever wants more than is left is refused, but for the little that anybody may have")
  func refusesGrowth() {
    let budget = MemoryBudget(maxBytes: 100, maxBytesAlways: 10)
    #expect(budget.change(from: 0, to: 60))
    #expect(budget.change(from: 0, to: 40))
    #expect(!budget.change(from: 0, to: 11))
    #expect(budget.change(from: 11, to: 11))
    #expect(budget.change(from: 11, to: 0))
    #expect(budget.change(from: 0, to: 10))
    #expect(budget.heldBytes == 110 && budget.refusals == 1)
    // It may always hold less, also while it holds too much.
    #expect(budget.change(from: 60, to: 59))
    #expect(!budget.change(from: 40, to: 41))
  }

  @Test("memory is worth giving back once after each peak, when most of it is free")
  func relief() {
    let budget = MemoryBudget(maxBytes: 100 << 20, maxBytesAlways: 0)
    _ = budget.change(from: 0, to: 4 << 20)
    #expect(!budget.takeRelief())
    _ = budget.change(from: 4 << 20, to: 1 << 20)
    #expect(!budget.takeRelief())
    _ = budget.change(from: 1 << 20, to: 0)
    #expect(budget.takeRelief())
    #expect(!budget.takeRelief())
    _ = budget.change(from: 0, to: 1 << 20)
    _ = budget.change(from: 1 << 20, to: 0)
    #expect(!budget.takeRelief())
  }
}
