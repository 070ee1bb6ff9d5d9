-- Corrects what was taken of limits. Values are kept as take.lua says.
--
-- KEYS  one for each limit.
-- ARGV  for each limit: 'b', the change (below 0: given back; a debt may come of the rest), the capacity, the
--       microseconds in which an empty bucket fills, 0, 0, 0; 'w', the change, the capacity, the microseconds of the
--       window, its number, when it was begun here, what was taken of it; or 's', what was used of the window before,
--       the capacity, the microseconds of the window, its number, 0, 0.

local EPOCH = 1767225600
local DAY = 86400000000

local time = redis.call('TIME')
local now = (tonumber(time[1]) - EPOCH) * 1000000 + tonumber(time[2])

local function save(key, value, ends)
  redis.call('SET', key, value, 'PX', string.format('%d', math.ceil((ends - now) / 1000) + 1))
end

for i, key in ipairs(KEYS) do
  local a = 7 * i - 6
  local kind, change, capacity = ARGV[a], tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2])
  local length, number = tonumber(ARGV[a + 3]), tonumber(ARGV[a + 4])
  local born, taken = tonumber(ARGV[a + 5]), tonumber(ARGV[a + 6])
  local stored = redis.call('GET', key)
  if kind == 'b' then
    if capacity > 0 then
      -- the same part of the bucket goes back as was taken, however long that takes to fill by now
      local full = now
      if stored then
        local moment, its = string.match(stored, '^(.+)/(%d+)$')
        full, length = math.max(now, tonumber(moment)), tonumber(its)
      end
      -- a provider may tell of any number of tokens: a debt beyond a year is no number that can be told any more
      full = math.min(full + change * length / capacity, now + 366 * DAY)
      if full > now then
        save(key, string.format('%.17g/%d', full, length), full)
      else
        redis.call('DEL', key)
      end
    end
  elseif stored then
    local its, used, since, mark = string.match(stored, '^(-?%d+):(%d+):(%d+)(u?)$')
    local count = tonumber(used)
    if tonumber(its) == number and (kind == 'w' or mark == 'u') then
      if kind == 's' then
        -- what was taken since may be in it by now; too many are better than too few
        count, mark = count + change, ''
      elseif tonumber(since) ~= born then
        -- Redis has lost what was taken, and the database does not know yet what has come of it
        count = count + math.max(0, taken + change)
      else
        count = math.max(0, count + change)
      end
      save(key, string.format('%d:%d:%s%s', number, count, since, mark), (number + 1) * length + DAY)
    end
  end
end
return {}
