-- Takes a partition, if nobody else holds it.
-- ARGV: holder, milliseconds, a term that the new one is greater than, who the server is, a new incarnation.
local found = redis.call('HMGET', KEYS[1], 'holder', 'until', 'term', 'inc')
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if found[1] and found[1] ~= ARGV[1] and tonumber(found[2]) > now then
  return false
end
-- No term is ever given twice, not even by a server that has lost the newest: time goes on.
local term = math.max(tonumber(found[3] or '0') + 1, tonumber(ARGV[3]) + 1, now)
local inc = found[4]
if not inc then
  inc = ARGV[5]
  redis.call('HSET', KEYS[1], 'server', ARGV[4], 'inc', inc)
end
term = string.format('%.0f', term)
redis.call('HSET', KEYS[1], 'holder', ARGV[1], 'until', string.format('%.0f', now + ARGV[2]), 'term', term)
return {term, inc}
