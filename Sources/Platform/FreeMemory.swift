#if canImport(Glibc)
  import CLinux
#else
  import Darwin
#endif

/// The memory that was freed and that the allocator keeps for the next time.
package enum FreeMemory {
  /// Gives it back to the system. It takes its time: not for a loop.
  package static func giveBack() {
    #if canImport(Glibc)
      malloc_trim(0)
    #else
      malloc_zone_pressure_relief(nil, 0)
    #endif
  }
}
