-- Records that a command begins, if it may.
-- ARGV: thread, command, attempt (4 bytes), epoch (or empty), incarnation (or empty), time.
local p = string.sub(KEYS[1], 1, -2)
local meta = redis.call('HMGET', KEYS[1], 'inc', 'whole')
local head = redis.call('GETRANGE', p .. 't' .. ARGV[1], 0, 24)
if #head < 25 or not meta[1] or meta[1] ~= meta[2] then
  return 'lacks'
end
local epoch, ours = struct.unpack('>I8', head), tonumber(ARGV[4])
if ours and ours > epoch then
  return 'lacks'
end
local ids, begun = p .. 's' .. ARGV[1], ARGV[2] .. ARGV[3]
if ARGV[5] ~= '' and (ARGV[5] ~= meta[1] or redis.call('ZSCORE', ids, begun)) then
  return 'settle'
end
local revoked = string.byte(head, 9) == 1 and string.sub(head, 10, 25)
if revoked == ARGV[2] or (ours and ours < epoch) then
  return 'refused'
end
redis.call('ZADD', ids, ARGV[6], begun)
redis.call('ZADD', p .. 'a', 'LT', ARGV[6], ARGV[1])
return 'go'
