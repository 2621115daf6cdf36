extension StoreScript {
  /// Has a command take so many words, those that follow.
  private static let taking = """
    local function take(count, command, key)
      if count > 0 then redis.call(command, key, unpack(ARGV, from, from + count - 1)) end
      from = from + count
    end
    """

  /// KEYS: meta, freeze, record, fingerprints, the newest round after it. ARGV: epoch, run, sequence, the
  /// freeze's token, or nothing; the version that it was decided on, the channel, 1 to raise the
  /// sequence, the number of the newest round after it, how many words for `meta` follow and how many
  /// for `record`; those; and the rest for `fingerprints`. Answers with the sequence, what was counted
  /// in all, and how many steps there were.
  static let stepping = """
    \(checking)
    for key = 3, 4 do redis.call('LLEN', KEYS[key]) end
    if ARGV[4] ~= '' then
      if redis.call('GET', KEYS[2]) ~= ARGV[4] then return {'LATE'} end
      if meta[4] ~= ARGV[5] then return {'VERSION'} end
      redis.call('DEL', KEYS[2])
    end
    redis.call('HINCRBY', KEYS[1], 'writes', 1)
    local from = 11
    \(taking)
    take(tonumber(ARGV[9]), 'HSET', KEYS[1])
    take(tonumber(ARGV[10]), 'RPUSH', KEYS[3])
    take(#ARGV - from + 1, 'RPUSH', KEYS[4])
    local steps = redis.call('HINCRBY', KEYS[1], 'steps', ARGV[7])
    local sequence = redis.call('HINCRBY', KEYS[1], 'sequence', ARGV[7])
    if ARGV[7] == '1' then
      local tally = redis.pcall('HMGET', KEYS[5], 'yes', 'no', 'abstain')
      redis.pcall('PUBLISH', ARGV[6], string.format('%s %s %.0f %s %s %s %s %s %s', meta[1], meta[2],
        sequence, redis.call('HGET', KEYS[1], 'version'), ARGV[8], tally[1] or 0, tally[2] or 0,
        tally[3] or 0, meta[6]))
    end
    return {'DONE', sequence, tonumber(meta[6]), steps}
    """

  // MARK: Looking

  /// KEYS: meta, instances, the newest round as the caller knows it, its ballots. ARGV: the instance's ID, or
  /// nothing; what it says of itself, in how many milliseconds an instance is forgotten. Answers with
  /// epoch, run, version, sequence, what was counted in all, the number of the newest round, how many
  /// steps there were, the tally, how many ballots there are, what each instance says of itself, and the
  /// time in milliseconds. What no instance has said of itself is taken away.
  static let looking = """
    local meta = redis.call('HMGET', KEYS[1], 'epoch', 'run', 'version', 'sequence', 'counted', 'newest',
      'steps')
    if not meta[1] then return {'EMPTY'} end
    local time = redis.call('TIME')
    local now = time[1] * 1000 + math.floor(time[2] / 1000)
    local kind = redis.call('TYPE', KEYS[2]).ok
    if kind ~= 'hash' and kind ~= 'none' then redis.call('DEL', KEYS[2]) end
    if ARGV[1] ~= '' then
      redis.call('HSET', KEYS[2], ARGV[1], string.format('%.0f %s', now, ARGV[2]))
      redis.call('PEXPIRE', KEYS[2], ARGV[3])
    end
    local instances = {}
    local all = redis.call('HGETALL', KEYS[2])
    for i = 1, #all, 2 do
      local space = string.find(all[i + 1], ' ', 1, true)
      local said = space and tonumber(string.sub(all[i + 1], 1, space - 1))
      if not said or math.abs(now - said) > tonumber(ARGV[3]) then
        redis.call('HDEL', KEYS[2], all[i])
      else
        instances[#instances + 1] = string.sub(all[i + 1], space + 1)
      end
    end
    local tally = redis.call('HMGET', KEYS[3], 'yes', 'no', 'abstain')
    return {'DONE', meta[1], meta[2], meta[3], meta[4], meta[5], meta[6], meta[7], tally[1] or '0',
      tally[2] or '0', tally[3] or '0', redis.call('HLEN', KEYS[4]), instances, now}
    """

  // MARK: Epochs

  /// KEYS: meta, freeze, ends, record. ARGV: the epoch and the run that were found, or nothing; the
  /// channel; how many words for `meta` follow and how many for `ends`; those; and the rest for
  /// `record`, where there is none. It publishes no version that a room has: everybody has to look.
  static let beginning = """
    local meta = redis.call('HMGET', KEYS[1], 'epoch', 'run', 'sequence', 'counted')
    if (meta[1] or '') ~= ARGV[1] or (meta[2] or '') ~= ARGV[2] then return {'EPOCH'} end
    if meta[1] then redis.call('HSET', KEYS[3], meta[1], meta[3] .. ' ' .. meta[4]) end
    local from = 6
    \(taking)
    take(tonumber(ARGV[4]), 'HSET', KEYS[1])
    take(tonumber(ARGV[5]), 'HSET', KEYS[3])
    if redis.call('EXISTS', KEYS[4]) == 0 then take(#ARGV - from + 1, 'RPUSH', KEYS[4]) end
    redis.call('DEL', KEYS[2])
    redis.pcall('PUBLISH', ARGV[3], string.format('%s %s %s -1 0 0 0 0 %s',
      unpack(redis.call('HMGET', KEYS[1], 'epoch', 'run', 'sequence', 'counted'))))
    return {'DONE'}
    """
}
