import Platform

/// The processes whose memory and CPU are looked at.
struct UsedProcesses {
  /// Empty where they are not known.
  let servers: [Int32]
  let store: Int32?

  init(_ servers: [Int32], store: Int32?) {
    self.servers = servers
    self.store = store
  }

  /// `nil` where the servers are not known, one has ended, or the system does not tell.
  var now: ProcessesUse? {
    let uses = servers.compactMap(ProcessUse.init(of:))
    guard !uses.isEmpty, uses.count == servers.count else { return nil }
    var sum = uses[0]
    for use in uses.dropFirst() {
      sum.memoryBytes += use.memoryBytes
      sum.cpu += use.cpu
    }
    return ProcessesUse(servers: sum, store: store.flatMap(ProcessUse.init(of:)))
  }
}

/// What they used so far.
struct ProcessesUse {
  /// All servers together.
  var servers: ProcessUse
  var store: ProcessUse?
}
