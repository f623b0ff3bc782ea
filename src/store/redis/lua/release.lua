-- Gives a partition up. ARGV: term, holder.
local found = redis.call('HMGET', KEYS[1], 'term', 'holder')
if found[1] == ARGV[1] and found[2] == ARGV[2] then
  redis.call('HDEL', KEYS[1], 'holder', 'until')
end
return true
