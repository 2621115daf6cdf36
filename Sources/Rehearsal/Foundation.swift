// Linux ships the part of Foundation that is needed here as a library of its own, half the size of
// the whole; Darwin has it in Foundation.

#if canImport(FoundationEssentials)
  @_exported import FoundationEssentials
#else
  @_exported import Foundation
#endif
