-- Says that a partition is whole up to a head. ARGV: term, incarnation, head.
local found = redis.call('HMGET', KEYS[1], 'term', 'inc')
if found[1] ~= ARGV[1] then
  return {'term', found[1] or '0'}
end
if found[2] ~= ARGV[2] then
  return {'mend'}
end
redis.call('HSET', KEYS[1], 'head', ARGV[3], 'whole', ARGV[2])
return {'ok', found[2]}
