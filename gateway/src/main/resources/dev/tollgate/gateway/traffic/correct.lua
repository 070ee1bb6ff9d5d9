-- Corrects what was taken of limits. Values are kept as take.lua says.
--
-- KEYS  one for each limit; then, where the same may come twice, the name of what its sender has sent last.
-- ARGV  1: the last moment to act, as in take.lua.
--       Then for each limit: 'b', the change (below 0: given back; a debt may come of the rest), the capacity, the
--       microseconds in which an empty bucket fills, 0, 0, 0; 'w', the change, the capacity, the microseconds of the
--       window, its number, when it was begun here, what was taken of it; 's', what was used of the window before,
--       the capacity, the microseconds of the window, its number, 0, 0; or 't', the change of what was taken elsewhere
--       while Redis was away, the capacity, the microseconds of the window, its number, when it was taken, 0.
--       Then, where the same may come twice, what tells it from what was sent before.
-- Gives 0 (done, or done before) or 3 (too late); and the time in microseconds since EPOCH.

local EPOCH = 1767225600
local DAY = 86400000000
local DONE, LATE = 0, 3

local time = redis.call('TIME')
local now = (tonumber(time[1]) - EPOCH) * 1000000 + tonumber(time[2])
local latest = tonumber(ARGV[1])
if latest ~= 0 and now > latest then
  return {LATE, now}
end

local limits = math.floor((#ARGV - 1) / 7)
if #KEYS > limits then
  if redis.call('GET', KEYS[#KEYS]) == ARGV[#ARGV] then
    return {DONE, now}
  end
  redis.call('SET', KEYS[#KEYS], ARGV[#ARGV], 'PX', string.format('%d', DAY / 1000))
end

local function save(key, value, ends)
  redis.call('SET', key, value, 'PX', string.format('%d', math.ceil((ends - now) / 1000) + 1))
end

for i = 1, limits do
  local key, a = KEYS[i], 7 * i - 5
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
    local current, count = tonumber(its), tonumber(used)
    if kind == 't' and current < number and number == math.floor(now / length) then
      -- nobody has asked for it here since it began
      current, count, since, mark = number, 0, ARGV[a + 5], ''
    end
    if current == number and (kind ~= 's' or mark == 'u') then
      if kind == 's' then
        -- what was taken since may be in it by now; too many are better than too few
        count, mark = count + change, ''
      elseif kind == 't' then
        -- a window that was begun here after that began with what the database knew, and it knew that too
        if tonumber(since) <= born then
          count = math.max(0, count + change)
        end
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
return {DONE, now}
