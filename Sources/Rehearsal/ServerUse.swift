import EventLoop

/// A process of this machine whose use of memory and CPU is looked at.
struct ServerProcess {
  struct Use {
    var memoryBytes: Int
    var cpu: Duration
  }

  let number: Int32

  /// What it uses now, as `/proc/<pid>/stat` has it; `nil` where there is no such file, as on Darwin,
  /// and once it has ended.
  var use: Use? {
    do throws(SystemError) {
      let file = try Descriptor(readingFrom: "/proc/\(number)/stat")
      return Use(stat: String(decoding: try file.read(upTo: 4096, at: 0), as: UTF8.self))
    } catch {
      return nil
    }
  }
}

extension ServerProcess.Use {
  /// proc_pid_stat(5): the program's name is in brackets and may hold anything; behind it the
  /// 14th and 15th are clock ticks in user mode and in the kernel, the 24th is resident pages.
  init?(stat: String) {
    guard let bracket = stat.lastIndex(of: ")") else { return nil }
    let fields = stat[bracket...].split(separator: " ")
    guard fields.count > 22, let user = Int(fields[12]), let system = Int(fields[13]),
      let pages = Int(fields[22])
    else { return nil }
    memoryBytes = pages * sysconf(Int32(_SC_PAGESIZE))
    cpu = .seconds(1) * (user + system) / sysconf(Int32(_SC_CLK_TCK))
  }
}
