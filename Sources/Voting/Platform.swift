// The platform's C library. No other file of this target asks which system it is on.

#if canImport(Glibc)
  @_exported import Glibc
#elseif canImport(Darwin)
  @_exported import Darwin
#else
  #error("Show of Hands knows Linux with glibc, and Darwin")
#endif

/// By the system's clock.
@usableFromInline func secondsSince1970() -> Int { time(nil) }
