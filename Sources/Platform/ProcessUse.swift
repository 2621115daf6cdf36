#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a process of this machine uses.
package struct ProcessUse: Equatable, Sendable {
  /// Resident memory.
  package var memoryBytes: Int
  /// In user mode and in the kernel, since the process started.
  package var cpu: Duration

  /// Now, as `/proc/<pid>/stat` has it; `nil` where there is no such file, as on Darwin, and once the
  /// process has ended.
  package init?(of process: Int32) {
    do throws(SystemError) {
      let file = try Descriptor(readingFrom: "/proc/\(process)/stat")
      self.init(stat: String(decoding: try file.read(upTo: 4096, at: 0), as: UTF8.self))
    } catch {
      return nil
    }
  }

  /// proc_pid_stat(5): the program's name is in brackets and may hold anything; behind it the
  /// 14th and 15th are clock ticks in user mode and in the kernel, the 24th is resident pages.
  package init?(stat: String) {
    guard let bracket = stat.lastIndex(of: ")") else { return nil }
    let fields = stat[bracket...].split(separator: " ")
    guard fields.count > 22, let user = Int(fields[12]), let system = Int(fields[13]),
      let pages = Int(fields[22])
    else { return nil }
    memoryBytes = pages * sysconf(Int32(_SC_PAGESIZE))
    cpu = .seconds(1) * (user + system) / sysconf(Int32(_SC_CLK_TCK))
  }
}
