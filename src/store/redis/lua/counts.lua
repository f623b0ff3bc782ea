-- How many conversations of a partition are where, and the oldest there.
local p, counts = string.sub(KEYS[1], 1, -2), {}
for _, place in ipairs(redis.call('SMEMBERS', p .. 'p')) do
  local key = p .. 'q' .. place
  local oldest = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
  if oldest[2] then
    counts[#counts + 1] = {place, redis.call('ZCARD', key), string.format('%.0f', tonumber(oldest[2]))}
  end
end
return counts
