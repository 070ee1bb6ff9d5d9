-- Takes permits back, then grants each claim in turn all its permits, or none.
--
-- KEYS[1]  what Redis knows of itself, see keep.lua
-- KEYS[2…] for each subject the claims that hold a permit of it, by the millisecond that their lease ends
-- ARGV[1]  the epoch that the gateway has told its permits to
-- ARGV[2]  milliseconds of a lease
-- ARGV[3]  how many claims are to be taken back
-- ARGV[4…] for each of these: its id, how many permits it holds, and for each of them the place of its key in KEYS;
--          then for each that is to be granted: its id, how many permits it needs, and for each of them the place of
--          its key in KEYS and how many there are at most
--
-- Returns {-1} in another epoch; else how many leases had run out, then for each claim a mask: 0, it is granted;
-- else bit n is set where the permits of its need n are all out; -1: what is kept of one of its subjects cannot be
-- read.

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

if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then
  return {-1}
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lease = tonumber(ARGV[2])
local out = {}
local answer = {0}
local a = 4

for _ = 1, tonumber(ARGV[3]) do
  local permits = tonumber(ARGV[a + 1])
  for n = 2, permits + 1 do
    try('ZREM', KEYS[tonumber(ARGV[a + n])], ARGV[a])
  end
  a = a + 2 + permits
end

for k = 2, #KEYS do
  local expired = try('ZREMRANGEBYSCORE', KEYS[k], '-inf', now)
  if expired then
    answer[1] = answer[1] + expired
    out[k] = redis.call('ZCARD', KEYS[k])
  end
end

while a <= #ARGV do
  local id, needs = ARGV[a], tonumber(ARGV[a + 1])
  local full = 0
  for n = 0, needs - 1 do
    local key, limit = tonumber(ARGV[a + 2 + 2 * n]), tonumber(ARGV[a + 3 + 2 * n])
    if not out[key] then
      full = -1
      break
    end
    if out[key] >= limit then
      full = full + 2 ^ n
    end
  end
  if full == 0 then
    for n = 0, needs - 1 do
      local key = tonumber(ARGV[a + 2 + 2 * n])
      redis.call('ZADD', KEYS[key], now + lease, id)
      redis.call('PEXPIRE', KEYS[key], 2 * lease)
      out[key] = out[key] + 1
    end
  end
  answer[#answer + 1] = full
  a = a + 2 + 2 * needs
end

return answer
