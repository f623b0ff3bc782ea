-- Saves the next batch of a partition, or restores threads; checks everything before it writes anything.
-- ARGV: term, the head before (empty to restore threads), the new head, the journal message; how many threads, rows,
-- orders and notices; then each thread: key, bytes, when it is due, the oldest of its ids, how many ids, and these as time and id;
-- each row: conversation, place, since and bytes; each order: id, time and bytes; each notice: SADD or SREM, reader, thread.
local p = string.sub(KEYS[1], 1, -2)
local call = redis.call
local found = call('HMGET', KEYS[1], 'term', 'head', 'inc', 'whole')
if found[1] ~= ARGV[1] then
  return {'term', found[1] or '0'}
end
if ARGV[2] ~= '' then
  if not found[3] or found[3] ~= found[4] then
    return {'mend'}
  end
  local head = found[2] or '0'
  if head ~= ARGV[2] then
    if head == ARGV[3] and call('GET', p .. 'j') == ARGV[4] then
      return {'ok', found[3]}
    end
    return {'head', head}
  end
  call('HSET', KEYS[1], 'head', ARGV[3])
  call('SET', p .. 'j', ARGV[4])
end

-- One call for many: each costs more than what it does. Lua cannot pass any number of arguments.
local function each(list, carry_out)
  for from = 1, #list, 1000 do
    carry_out(unpack(list, from, math.min(from + 999, #list)))
  end
end

local at = 9
local changed, states, dues, idle, ages = {}, {}, {}, {}, {}
for number = 1, tonumber(ARGV[5]) do
  local thread, due, ids = ARGV[at], ARGV[at + 2], tonumber(ARGV[at + 4])
  changed[number] = thread
  states[#states + 1] = p .. 't' .. thread
  states[#states + 1] = ARGV[at + 1]
  if due == '' then
    idle[#idle + 1] = thread
  else
    dues[#dues + 1] = due
    dues[#dues + 1] = thread
  end
  if ids > 0 then
    ages[#ages + 1] = ARGV[at + 3]
    ages[#ages + 1] = thread
    local stop = at + 4 + 2 * ids
    for from = at + 5, stop, 1000 do
      call('ZADD', p .. 's' .. thread, 'NX', unpack(ARGV, from, math.min(from + 999, stop)))
    end
  end
  at = at + 5 + 2 * ids
end
each(states, function(...) call('MSET', ...) end)
each(dues, function(...) call('ZADD', p .. 'd', ...) end)
each(idle, function(...) call('ZREM', p .. 'd', ...) end)
each(ages, function(...) call('ZADD', p .. 'a', 'LT', ...) end)

local conversations, places, bytes = {}, {}, {}
for number = 1, tonumber(ARGV[6]) do
  local conversation, place = ARGV[at], ARGV[at + 1]
  conversations[number] = conversation
  bytes[2 * number - 1], bytes[2 * number] = conversation, ARGV[at + 3]
  places[place] = places[place] or {}
  table.insert(places[place], ARGV[at + 2])
  table.insert(places[place], conversation)
  at = at + 4
end
local old = {}
each(conversations, function(...)
  for _, row in ipairs(call('HMGET', p .. 'r', ...)) do
    old[#old + 1] = row
  end
end)
for place, ranked in pairs(places) do
  each(ranked, function(...) call('ZADD', p .. 'q' .. place, ...) end)
  call('SADD', p .. 'p', place)
end
for number, conversation in ipairs(conversations) do
  local was = old[number] and string.match(old[number], '^[^\n]*')
  if was and was ~= string.match(bytes[2 * number], '^[^\n]*') then
    call('ZREM', p .. 'q' .. was, conversation)
    if call('EXISTS', p .. 'q' .. was) == 0 then
      call('SREM', p .. 'p', was)
    end
  end
end
each(bytes, function(...) call('HSET', p .. 'r', ...) end)

for _ = 1, tonumber(ARGV[7]) do
  if call('HSETNX', p .. 'o', ARGV[at], ARGV[at + 2]) == 1 then
    call('ZADD', p .. 'e', ARGV[at + 1], ARGV[at])
  end
  at = at + 3
end
for _ = 1, tonumber(ARGV[8]) do
  call(ARGV[at], p .. 'n' .. ARGV[at + 1], ARGV[at + 2])
  at = at + 3
end
if #changed > 0 then
  call('PUBLISH', p .. 'w', table.concat(changed))
end
return {'ok', found[3]}
