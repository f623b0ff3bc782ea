-- Sets the switches, kept as their version, a line's end, and JSON.
-- ARGV: the version that they must be at (or empty: any older one will do), the new version, JSON.
local found = redis.call('GET', KEYS[1])
local version = found and string.match(found, '^%d+') or '0'
if ARGV[1] == '' and tonumber(version) >= tonumber(ARGV[2]) or ARGV[1] ~= '' and version ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[2] .. '\n' .. ARGV[3])
return 1
