import EventLoop
package import Platform

/// Opens screens for another process, and tells it of them on standard output, by
/// `ScreensMessage`, until standard input ends.
///
/// - Parameters:
///   - count: how many, as far as this process's limit on open files goes.
///   - source: which of the machine's loopback addresses they connect from, where they connect to one.
/// - Throws: `SystemError` where it cannot begin.
package func holdScreens(
  _ count: Int, at endpoint: Endpoint, source: Int
) async throws(SystemError) {
  _ = OpenFiles.raiseLimit()
  let (questions, continuation) = AsyncStream.makeStream(of: Tally.self)
  try StandardInput.follow {
    if let tally = ScreensQuestion.tally(in: $0) { continuation.yield(tally) }
  } atEnd: {
    continuation.finish()
  }
  let loop = try EventLoop(name: "screens")
  let subscribers: Subscribers
  do throws(Failure) {
    let server = try await FoundServer.find(endpoint, on: loop).0
    subscribers = Subscribers(
      size: count, at: server, from: server.address.loopbackSource(source), on: loop
    ) { total, at in
      say(.shown(total: total, at: at))
    }
  } catch {
    say(.failed(error))
    loop.stop()
    return
  }
  await subscribers.open()
  await withTaskGroup { group in
    group.addTask { await follow(subscribers) }
    for await tally in questions {
      say(
        .showing(
          tally, screens: await subscribers.count(showing: tally),
          tallies: await subscribers.talliesCount))
    }
    group.cancelAll()
  }
  await subscribers.close()
  loop.stop()
}

/// Tells how far they are, until they fail.
private func follow(_ subscribers: Subscribers) async {
  var told = -1
  while !Task.isCancelled {
    if let failure = await subscribers.failure { return say(.failed(failure)) }
    let open = await subscribers.openCount
    if open != told { say(.open(open)) }
    told = open
    // A task that is cancelled asks once more.
    try? await Task.sleep(for: .milliseconds(50))
  }
}

private func say(_ message: ScreensMessage) {
  // Nobody listens any more: standard input is over, too.
  try? StandardOutput.write(message.line + "\n")
}
