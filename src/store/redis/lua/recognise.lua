-- Tells the incarnation of a partition's data: another one when another server, or this one started anew, holds them.
-- ARGV: who the server is, a new incarnation.
local found = redis.call('HMGET', KEYS[1], 'server', 'inc')
if found[1] == ARGV[1] and found[2] then
  return found[2]
end
redis.call('HSET', KEYS[1], 'server', ARGV[1], 'inc', ARGV[2])
return ARGV[2]
