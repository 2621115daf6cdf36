import Foundation
import Testing

@testable import Platform

@Suite("A lock on a file")
struct FileLockTests {
  @Test("a lock whose file was deleted knows it, and leaves the next one's file alone")
  func deleted() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    /// Whether the lock was in place: with its file, without it, and with another in its place.
    func observe() throws -> [Bool] {
      guard let lock = try FileLock.take(path) else { return [] }
      var wasInPlace = [lock.isInPlace]
      try FileManager.default.removeItem(atPath: path)
      wasInPlace.append(lock.isInPlace)
      try Data("another's".utf8).write(to: URL(filePath: path))
      wasInPlace.append(lock.isInPlace)
      return wasInPlace
    }
    #expect(try observe() == [true, false, false])
    #expect(try Data(contentsOf: URL(filePath: path)) == Data("another's".utf8))
  }

  @Test("a note stays for the next one who takes the lock; without one, the file goes with it")
  func note() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    /// What was in the file before.
    func keep(_ note: String?) throws -> String? {
      guard let lock = try FileLock.take(path) else { return nil }
      let before = try lock.note(upTo: 100)
      if let note { try lock.keep(note: Array(note.utf8)) }
      return String(decoding: before, as: UTF8.self)
    }
    #expect(try keep(nil) == "")
    #expect(!FileManager.default.fileExists(atPath: path))
    #expect(try keep("a long note") == "")
    #expect(try keep("short") == "a long note")
    #expect(try keep(nil) == "short")
    #expect(try keep(nil) == "short")
  }
}
