-- The conversations of a partition that are wanted, oldest first.
-- ARGV: state (or empty), '=' and queue (or empty), since and conversation to go on after (or empty), how many.
local p = string.sub(KEYS[1], 1, -2)

local function before(one, other)
  for at = 1, 16 do
    local a, b = string.byte(one, at), string.byte(other, at)
    if a ~= b then
      return a < b
    end
  end
  return false
end

local found = {}
local function add(from, key, ...)
  local some = redis.call('ZRANGEBYSCORE', key, ...)
  for at = 1, #some, 2 do
    if not from or before(from, some[at]) then
      found[#found + 1] = {some[at], tonumber(some[at + 1])}
    end
  end
end

for _, place in ipairs(redis.call('SMEMBERS', p .. 'p')) do
  local state = ARGV[1] == '' or string.sub(place, 1, 1) == ARGV[1]
  local queue = ARGV[2] == '' or string.sub(place, 2) == string.sub(ARGV[2], 2)
  if state and queue then
    local key = p .. 'q' .. place
    if ARGV[3] == '' then
      add(nil, key, '-inf', '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[5])
    else
      add(ARGV[4], key, ARGV[3], ARGV[3], 'WITHSCORES')
      add(nil, key, '(' .. ARGV[3], '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[5])
    end
  end
end
table.sort(found, function(one, other)
  if one[2] ~= other[2] then
    return one[2] < other[2]
  end
  return before(one[1], other[1])
end)
local rows = {}
for at = 1, math.min(#found, tonumber(ARGV[5])) do
  rows[#rows + 1] = found[at][1]
  rows[#rows + 1] = redis.call('HGET', p .. 'r', found[at][1])
end
return rows
