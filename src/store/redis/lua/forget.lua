-- Forgets a bounded part of what is older than a time; tells how much it was.
-- ARGV: time, how many of each kind.
local p = string.sub(KEYS[1], 1, -2)
local function old(key)
  return redis.call('ZRANGEBYSCORE', key, '-inf', '(' .. ARGV[1], 'LIMIT', 0, ARGV[2])
end

local done = 0
local threads = old(p .. 'a')
for _, thread in ipairs(threads) do
  local ids = p .. 's' .. thread
  redis.call('ZREMRANGEBYSCORE', ids, '-inf', '(' .. ARGV[1])
  local oldest = redis.call('ZRANGE', ids, 0, 0, 'WITHSCORES')
  if oldest[2] then
    redis.call('ZADD', p .. 'a', oldest[2], thread)
  else
    redis.call('ZREM', p .. 'a', thread)
  end
end
done = done + #threads

local orders = old(p .. 'e')
if #orders > 0 then
  redis.call('HDEL', p .. 'o', unpack(orders))
  redis.call('ZREM', p .. 'e', unpack(orders))
  done = done + #orders
end

-- 3 is the state of closed conversations; see code.rs.
for _, place in ipairs(redis.call('SMEMBERS', p .. 'p')) do
  if string.sub(place, 1, 1) == '3' then
    local key = p .. 'q' .. place
    local rows = old(key)
    if #rows > 0 then
      redis.call('HDEL', p .. 'r', unpack(rows))
      redis.call('ZREM', key, unpack(rows))
      if redis.call('EXISTS', key) == 0 then
        redis.call('SREM', p .. 'p', place)
      end
      done = done + #rows
    end
  end
end
return done
