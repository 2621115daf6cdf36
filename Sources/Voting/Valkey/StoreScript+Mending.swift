extension StoreScript {
  /// So many fields are named at once: Lua's stack has room for 8,000.
  private static let part = 5_000

  /// Counts a round's ballots again, where its numbers are not theirs, takes away what is none, and
  /// makes the index of their receipts anew. KEYS: meta, freeze, round, ballots, receipts. ARGV: epoch,
  /// run, sequence. Answers with how many votes the round's numbers said, and how many ballots there
  /// are.
  static let mending = """
    \(checking)
    local moves = {0, 0, 0}
    local receipt = '^:' .. string.rep('[\(String(decoding: ReadableDigits.all, as: UTF8.self))]', \(Receipt.count)) .. '$'
    local all = redis.call('HGETALL', KEYS[4])
    local strange, receipts, count = {}, {}, 0
    for i = 1, #all, 2 do
      local voter, ballot = all[i], all[i + 1]
      local isVoter = string.find(voter, '^%d+$') and (#voter < 19 or #voter == 19 and voter <= '\(Int.max)')
      local behind = string.sub(ballot, 2)
      if isVoter and string.find(ballot, '^[012]') and (behind == '' or string.find(behind, receipt)) then
        local choice = string.byte(ballot) - 47
        moves[choice] = moves[choice] + 1
        count = count + 1
        if behind ~= '' then
          receipts[#receipts + 1] = string.sub(behind, 2)
          receipts[#receipts + 1] = voter
        end
      else
        strange[#strange + 1] = voter
      end
    end
    local before = 0
    for _, number in ipairs(redis.call('HMGET', KEYS[3], 'yes', 'no', 'abstain')) do
      if isCount(number) then before = before + tonumber(number) end
    end
    redis.call('HINCRBY', KEYS[1], 'writes', 1)
    for from = 1, #strange, \(part) do
      redis.call('HDEL', KEYS[4], unpack(strange, from, math.min(from + \(part - 1), #strange)))
    end
    redis.call('DEL', KEYS[5])
    for from = 1, #receipts, \(part) do
      redis.call('HSET', KEYS[5], unpack(receipts, from, math.min(from + \(part - 1), #receipts)))
    end
    redis.call('HSET', KEYS[3], 'no', moves[1], 'yes', moves[2], 'abstain', moves[3])
    redis.call('HINCRBY', KEYS[1], 'sequence', 1)
    return {'DONE', before, count}
    """
}
