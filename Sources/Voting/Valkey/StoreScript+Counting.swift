extension StoreScript {
  /// So many values are passed at once: Lua's stack has room for 8,000.
  private static let part = 5_000

  // What a script has written stays when a later command of it fails: another program may have put
  // anything in our keys, and a user of the store may not do everything there. So each looks at all
  // that it is going to change before it changes anything.

  /// What every script begins with that is for whoever knows the ledger. KEYS: meta. ARGV: epoch, run,
  /// and a sequence that it had before.
  static let checking = """
    local meta = redis.call('HMGET', KEYS[1], 'epoch', 'run', 'sequence', 'version', 'open', 'counted',
      'steps')
    if not meta[1] then return {'EMPTY'} end
    local function isCount(text) return text and #text < 16 and string.find(text, '^%d+$') end
    if not (isCount(meta[3]) and isCount(meta[6]) and isCount(meta[7])) then return {'DAMAGED'} end
    if meta[1] ~= ARGV[1] or meta[2] ~= ARGV[2] or tonumber(meta[3]) < tonumber(ARGV[3]) then
      return {'EPOCH'}
    end
    """

  /// KEYS: meta, freeze, round, ballots, receipts. ARGV: epoch, run, sequence, version, the round's
  /// number, the channel, 1 to write in any case, until when it is to be done, in milliseconds by the
  /// store's clock; then for each vote its voter and its ballot.
  ///
  /// A ballot is a digit for its choice, or that, a colon and its receipt. Answers with the sequence,
  /// what was counted in all, the tally, and, one after the other, the index of each vote whose
  /// receipt is not the one that it came with, and that receipt, or `!` where another ballot has it.
  static let counting = """
    \(checking)
    if meta[4] ~= ARGV[4] or meta[5] ~= ARGV[5] then return {'VERSION'} end
    if redis.call('EXISTS', KEYS[2]) == 1 then return {'FROZEN'} end
    local time = redis.call('TIME')
    if time[1] * 1000 + math.floor(time[2] / 1000) > tonumber(ARGV[8]) then return {'LATE'} end

    local tally, total = redis.call('HMGET', KEYS[3], 'yes', 'no', 'abstain'), 0
    for i = 1, 3 do
      if tally[i] and not isCount(tally[i]) then return {'DAMAGED'} end
      tally[i] = tonumber(tally[i] or 0)
      total = total + tally[i]
    end
    if total ~= redis.call('HLEN', KEYS[4]) then return {'DAMAGED'} end

    local byte, sub = string.byte, string.sub
    local function ask(key, fields)
      local values = {}
      for from = 1, #fields, \(part) do
        local last = math.min(from + \(part - 1), #fields)
        local some = redis.call('HMGET', key, unpack(fields, from, last))
        for i = 1, #some do values[from + i - 1] = some[i] end
      end
      return values
    end
    local function set(key, pairs)
      for from = 1, #pairs, \(part) do
        redis.call('HSET', key, unpack(pairs, from, math.min(from + \(part - 1), #pairs)))
      end
    end

    local count = (#ARGV - 8) / 2
    local voters, now, before, wanted, taken = {}, {}, {}, {}, {}
    for i = 1, count do voters[i] = ARGV[7 + 2 * i] end
    local stored = ask(KEYS[4], voters)
    for i = 1, count do
      now[voters[i]] = stored[i]
      local ballot = ARGV[8 + 2 * i]
      if not stored[i] and #ballot > 1 then wanted[#wanted + 1] = sub(ballot, 3) end
    end
    for i, owner in ipairs(ask(KEYS[5], wanted)) do
      if owner then taken[wanted[i]] = true end
    end

    local others, touched, receipts = {}, {}, {}
    for i = 1, count do
      local voter, ballot = voters[i], ARGV[8 + 2 * i]
      local was = now[voter]
      if was then
        local code, colon = byte(was, 1, 2)
        if not code or code < 48 or code > 50 or (colon or 58) ~= 58 then return {'DAMAGED'} end
        if sub(was, 2) ~= sub(ballot, 2) then
          others[#others + 1] = i
          others[#others + 1] = sub(was, 3)
        end
        if byte(was) ~= byte(ballot) then
          if before[voter] == nil then
            before[voter] = was
            touched[#touched + 1] = voter
          end
          now[voter] = sub(ballot, 1, 1) .. sub(was, 2)
        end
      else
        local receipt = sub(ballot, 3)
        if taken[receipt] then
          others[#others + 1] = i
          others[#others + 1] = '!'
        else
          if receipt ~= '' then
            taken[receipt] = true
            receipts[#receipts + 1] = receipt
            receipts[#receipts + 1] = voter
          end
          before[voter] = false
          touched[#touched + 1] = voter
          now[voter] = ballot
        end
      end
    end

    local ballots, moves, changed = {}, {[48] = 0, [49] = 0, [50] = 0}, 0
    for _, voter in ipairs(touched) do
      local ballot, was = now[voter], before[voter]
      if ballot ~= was then
        changed = changed + 1
        ballots[#ballots + 1] = voter
        ballots[#ballots + 1] = ballot
        moves[byte(ballot)] = moves[byte(ballot)] + 1
        if was then moves[byte(was)] = moves[byte(was)] - 1 end
      end
    end
    local sequence, counted = tonumber(meta[3]), tonumber(meta[6])
    if changed > 0 or ARGV[7] == '1' then redis.call('HINCRBY', KEYS[1], 'writes', 1) end
    if changed > 0 then
      set(KEYS[4], ballots)
      set(KEYS[5], receipts)
      for code, field in pairs({[48] = 'no', [49] = 'yes', [50] = 'abstain'}) do
        if moves[code] ~= 0 then redis.call('HINCRBY', KEYS[3], field, moves[code]) end
      end
      counted = redis.call('HINCRBY', KEYS[1], 'counted', changed)
      sequence = redis.call('HINCRBY', KEYS[1], 'sequence', 1)
      for i, code in ipairs({49, 48, 50}) do tally[i] = tally[i] + moves[code] end
      redis.pcall('PUBLISH', ARGV[6], string.format('%s %s %.0f %s %s %.0f %.0f %.0f %.0f', meta[1],
        meta[2], sequence, meta[4], meta[5], tally[1], tally[2], tally[3], counted))
    end
    return {'DONE', sequence, counted, tally[1], tally[2], tally[3], others}
    """
}
