-- Holds a partition longer. ARGV: term, holder, milliseconds.
local found = redis.call('HMGET', KEYS[1], 'term', 'holder', 'head', 'inc', 'whole')
if found[1] ~= ARGV[1] or found[2] ~= ARGV[2] then
  return false
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[1], 'until', string.format('%.0f', now + ARGV[3]))
return {found[3] or '0', found[4] == found[5] and 1 or 0, found[4]}
