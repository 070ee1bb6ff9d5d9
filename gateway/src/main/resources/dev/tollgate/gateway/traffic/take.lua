-- Takes of every limit what a request asks of it, or of none, on Redis' own clock.
--
-- KEYS  one for each limit; then, where it is to act only for a request that has been let in elsewhere, the sorted set
--       that such requests are members of.
-- ARGV  1: the last moment to act, in microseconds since EPOCH; 0: any. A Redis that was frozen must not act on what
--          its client has given up long ago.
--       then for each limit: 'b' (a bucket that fills all the time) or 'w' (a window of the UTC calendar), the amount,
--       the capacity, the microseconds in which an empty bucket fills or of the window, what was used of a
--       window before: -1: not asked for yet, -2: nobody knows; and the number of that window.
--       Then the member, if there is a sorted set.
-- Gives 0 (taken), 1 (refused), 2 (it must be known what was used before), 3 (too late) or 4 (no such member); the time
--       in microseconds since EPOCH; then, but for 3 and 4, for each limit: what is left, the microseconds until all is there again, those until the
--       amount is there (0: now, -1: never), the number of the window, and 1 where it is not known what was
--       used of it before, and when it was begun here.
--
-- A bucket is kept as 'moment/length': the moment at which it is full again, which each unit taken moves on by the time
-- in which one comes back, and the microseconds in which it fills: where these have changed since, the same part of it
-- is missing. A window is kept as 'number:count:born', with a 'u' behind where nobody knew what was used of it before;
-- born is when it was begun here: where Redis has lost it since, it is another.

local EPOCH = 1767225600 -- the first of a day, so that windows are aligned to it; small numbers are exact
local DAY = 86400000000
local TAKEN, REFUSED, UNKNOWN, LATE, NOT_HELD = 0, 1, 2, 3, 4

local time = redis.call('TIME')
local now = (tonumber(time[1]) - EPOCH) * 1000000 + tonumber(time[2])
local latest = tonumber(ARGV[1])
if latest ~= 0 and now > latest then
  return {LATE, now}
end

local count = math.floor((#ARGV - 1) / 6)
if #KEYS > count and not redis.call('ZSCORE', KEYS[#KEYS], ARGV[#ARGV]) then
  return {NOT_HELD, now}
end

local function save(key, value, ends)
  redis.call('SET', key, value, 'PX', string.format('%d', math.ceil((ends - now) / 1000) + 1))
end

local function bucket(stored, amount, capacity, length)
  local full, changed = now, false
  if stored then
    local moment, its = string.match(stored, '^(.+)/(%d+)$')
    full = now + math.max(0, tonumber(moment) - now) * length / tonumber(its)
    changed = full > now and tonumber(its) ~= length
  end
  local wait = 0
  if amount > capacity then
    wait = -1
  elseif amount > 0 then
    -- half a microsecond is what rounding may cost
    wait = math.max(0, math.ceil(full + amount * length / capacity - now - length - 0.5))
  end
  return {full = full, wait = wait, changed = changed}
end

local function window(stored, amount, capacity, length, seed, its)
  local number = math.floor(now / length)
  if seed >= 0 and its ~= number then
    seed = -1 -- another window has begun since it was asked for
  end
  local count, born, unknown, fresh = 0, now, '', stored == false
  if stored then
    local its, used, since, mark = string.match(stored, '^(-?%d+):(%d+):(%d+)(u?)$')
    -- a clock that was set back does not bring an old window back
    if tonumber(its) >= number then
      number, count, born, unknown = tonumber(its), tonumber(used), tonumber(since), mark
    end
  elseif seed >= 0 then
    count = seed
  else
    unknown = 'u'
  end
  local wait = 0
  if amount > capacity then
    wait = -1
  elseif amount > 0 and count + amount > capacity then
    wait = (number + 1) * length - now
  end
  return {number = number, count = count, born = born, unknown = unknown, fresh = fresh, wait = wait, ask = fresh and seed == -1}
end

local limits, status = {}, TAKEN
for i = 1, count do
  local a = 6 * i - 4
  local amount, capacity, length = tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2]), tonumber(ARGV[a + 3])
  local stored = redis.call('GET', KEYS[i])
  local limit = ARGV[a] == 'b' and bucket(stored, amount, capacity, length)
    or window(stored, amount, capacity, length, tonumber(ARGV[a + 4]),
      tonumber(ARGV[a + 5]))
  limit.amount, limit.capacity, limit.length = amount, capacity, length
  limits[i] = limit
  if limit.wait ~= 0 then
    status = REFUSED
  elseif limit.ask and status == TAKEN then
    status = UNKNOWN
  end
end

local result = {status, now}
for i, limit in ipairs(limits) do
  local left, reset, number = 0, limit.length, 0
  if limit.full then
    if limit.capacity > 0 then
      if status == TAKEN and limit.amount > 0 then
        limit.full = limit.full + limit.amount * limit.length / limit.capacity
        limit.changed = true
      end
      if limit.changed then
        save(KEYS[i], string.format('%.17g/%d', limit.full, limit.length), limit.full)
      end
      reset = limit.full - now
      left = math.floor((limit.length - reset) * limit.capacity / limit.length + 0.000001)
    end
  else
    number = limit.number
    if status == TAKEN then
      limit.count = limit.count + limit.amount
    end
    reset = (number + 1) * limit.length - now
    left = limit.capacity - limit.count
    if (status == TAKEN and (limit.amount > 0 or limit.fresh)) or (limit.fresh and not limit.ask) then
      -- a day longer than it counts: what is found here need not be asked for elsewhere
      save(KEYS[i], string.format('%d:%d:%d%s', number, limit.count, limit.born, limit.unknown), now + reset + DAY)
    end
  end
  table.insert(result, left)
  table.insert(result, math.ceil(reset))
  table.insert(result, limit.wait)
  table.insert(result, number)
  table.insert(result, (limit.ask or limit.unknown == 'u') and 1 or 0)
  table.insert(result, limit.born or 0)
end
return result
