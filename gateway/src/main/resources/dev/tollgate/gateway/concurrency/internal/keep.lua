-- Renews leases, then takes back permits; and tells the gateway what Redis knows of itself.
--
-- KEYS[1]  a hash: epoch, since when, and when a gateway was last heard (milliseconds)
-- KEYS[2…] as in take.lua
-- ARGV[1]  the epoch that begins now if there is none, or if no gateway was heard for too long: then leases may have
--          run out that are still held, and nothing is granted until every gateway has had the time to tell its own
-- ARGV[2]  milliseconds of a lease
-- ARGV[3]  how many milliseconds without any gateway are too long
-- ARGV[4]  how many claims are to be renewed; all others are to be taken back
-- ARGV[5…] for each claim: its id, how many permits it holds, and for each of them the place of its key in KEYS
--
-- Returns the epoch and how many milliseconds old it is.

-- What is kept of one subject may be of no use; that is no reason to give nobody else a permit.
local function try(...)
  local result = redis.pcall(...)
  if type(result) == 'table' and result.err then
    if not string.find(result.err, 'WRONGTYPE', 1, true) then
      error(result.err)
    end
    return nil
  end
  return result
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lease = tonumber(ARGV[2])

local known = redis.call('HMGET', KEYS[1], 'epoch', 'since', 'heard')
local epoch, since, heard = known[1], tonumber(known[2] or 0), tonumber(known[3] or 0)
if not epoch or now - heard > tonumber(ARGV[3]) then
  epoch, since = ARGV[1], now
  redis.call('HSET', KEYS[1], 'epoch', epoch, 'since', now)
end
redis.call('HSET', KEYS[1], 'heard', now)

local renewed, a, claims = tonumber(ARGV[4]), 5, 0
while a <= #ARGV do
  local id, permits = ARGV[a], tonumber(ARGV[a + 1])
  for n = 2, permits + 1 do
    local key = KEYS[tonumber(ARGV[a + n])]
    if claims < renewed then
      if try('ZADD', key, now + lease, id) then
        redis.call('PEXPIRE', key, 2 * lease)
      end
    else
      try('ZREM', key, id)
    end
  end
  claims = claims + 1
  a = a + 2 + permits
end

return {epoch, now - since}
