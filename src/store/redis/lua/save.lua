-- Saves the next batch of a partition, or restores threads; checks everything before it writes anything.
-- ARGV: term, the head before (empty to restore threads), the new head, the journal message; then the threads, flat: key,
-- bytes, when it is due, the oldest of its ids, how many ids, rows and orders; the ids as time and id; the rows as
-- conversation, place, since and bytes; the orders as id, time and bytes.
local p = string.sub(KEYS[1], 1, -2)
local found = redis.call('HMGET', KEYS[1], 'term', 'head', 'inc', 'whole')
if found[1] ~= ARGV[1] then
  return {'term', found[1] or '0'}
end
if ARGV[2] ~= '' then
  if not found[3] or found[3] ~= found[4] then
    return {'mend'}
  end
  local head = found[2] or '0'
  if head ~= ARGV[2] then
    if head == ARGV[3] and redis.call('GET', p .. 'j') == ARGV[4] then
      return {'ok', found[3]}
    end
    return {'head', head}
  end
  redis.call('HSET', KEYS[1], 'head', ARGV[3])
  redis.call('SET', p .. 'j', ARGV[4])
end

local changed, at, last = {}, 5, #ARGV
while at <= last do
  local thread, due, oldest = ARGV[at], ARGV[at + 2], ARGV[at + 3]
  local ids, rows, orders = tonumber(ARGV[at + 4]), tonumber(ARGV[at + 5]), tonumber(ARGV[at + 6])
  changed[#changed + 1] = thread
  redis.call('SET', p .. 't' .. thread, ARGV[at + 1])
  if due == '' then
    redis.call('ZREM', p .. 'd', thread)
  else
    redis.call('ZADD', p .. 'd', due, thread)
  end
  at = at + 7
  if ids > 0 then
    local stop = at + 2 * ids - 1
    for from = at, stop, 1000 do
      redis.call('ZADD', p .. 's' .. thread, 'NX', unpack(ARGV, from, math.min(from + 999, stop)))
    end
    redis.call('ZADD', p .. 'a', 'LT', oldest, thread)
    at = stop + 1
  end
  for _ = 1, rows do
    local conversation, place = ARGV[at], ARGV[at + 1]
    local old = redis.call('HGET', p .. 'r', conversation)
    local was = old and string.match(old, '^[^\n]*')
    if was ~= place then
      if was then
        redis.call('ZREM', p .. 'q' .. was, conversation)
        if redis.call('EXISTS', p .. 'q' .. was) == 0 then
          redis.call('SREM', p .. 'p', was)
        end
      end
      redis.call('SADD', p .. 'p', place)
    end
    redis.call('ZADD', p .. 'q' .. place, ARGV[at + 2], conversation)
    redis.call('HSET', p .. 'r', conversation, ARGV[at + 3])
    at = at + 4
  end
  for _ = 1, orders do
    if redis.call('HSETNX', p .. 'o', ARGV[at], ARGV[at + 2]) == 1 then
      redis.call('ZADD', p .. 'e', ARGV[at + 1], ARGV[at])
    end
    at = at + 3
  end
end
if #changed > 0 then
  redis.call('PUBLISH', p .. 'w', table.concat(changed))
end
return {'ok', found[3]}
