-- Money: what was spent in each window of each subject, what replicas have leased ahead of it, and the usage rows that
-- turn the one into the other. A gateway does all of it by the three functions at the end, and has no grant beside them.

-- ------------------------------------------------------------------------------------------------ usage by day ------

ALTER TABLE tollgate.usage_event RENAME TO usage_event_before;
ALTER TABLE tollgate.usage_event_before RENAME CONSTRAINT usage_event_pkey TO usage_event_before_pkey;
DROP INDEX tollgate.usage_event_of_key, tollgate.usage_event_of_project, tollgate.usage_event_of_organization;

-- A day is dropped as a whole when its time is up.
CREATE TABLE tollgate.usage_event (
  LIKE tollgate.usage_event_before INCLUDING DEFAULTS,
  team_id text,
  CHECK (outcome IN ('completed', 'failed', 'cancelled', 'interrupted')),
  PRIMARY KEY (id, started_at)
) PARTITION BY RANGE (started_at);
CREATE INDEX usage_event_of_key ON tollgate.usage_event (key_id, started_at DESC, id DESC);
CREATE INDEX usage_event_of_project ON tollgate.usage_event (project_id, started_at DESC, id DESC);
CREATE INDEX usage_event_of_organization ON tollgate.usage_event (organization_id, started_at DESC, id DESC);
CREATE TABLE tollgate.usage_event_other PARTITION OF tollgate.usage_event DEFAULT;

-- What was used in an hour, kept up with the rows themselves, in the same transactions.
CREATE TABLE tollgate.usage_hour (
  hour               timestamptz NOT NULL,
  organization_id    text        NOT NULL,
  project_id         text        NOT NULL,
  team_id            text,
  key_id             text,
  provider           text,
  model              text,
  requests           bigint      NOT NULL,
  failed             bigint      NOT NULL,
  input_tokens       bigint      NOT NULL,
  output_tokens      bigint      NOT NULL,
  cached_tokens      bigint      NOT NULL,
  reasoning_tokens   bigint      NOT NULL,
  cost_micro_usd     bigint      NOT NULL,
  latency_ms         bigint      NOT NULL,
  UNIQUE NULLS NOT DISTINCT (hour, organization_id, project_id, team_id, key_id, provider, model)
);
CREATE INDEX usage_hour_of_key ON tollgate.usage_hour (key_id, hour);
CREATE INDEX usage_hour_of_project ON tollgate.usage_hour (project_id, hour);
CREATE INDEX usage_hour_of_organization ON tollgate.usage_hour (organization_id, hour);
CREATE INDEX usage_hour_of_team ON tollgate.usage_hour (team_id, hour) WHERE team_id IS NOT NULL;

-- In the transaction of the rows, whoever stores them; each row counts once, as it is stored once.
CREATE FUNCTION tollgate.add_to_hours() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO tollgate.usage_hour AS h
  SELECT date_trunc('hour', started_at, 'UTC'), organization_id, project_id, team_id, key_id, provider, model,
         count(*), count(*) FILTER (WHERE outcome <> 'completed'), coalesce(sum(input_tokens), 0),
         coalesce(sum(output_tokens), 0), coalesce(sum(cached_tokens), 0), coalesce(sum(reasoning_tokens), 0),
         coalesce(sum(cost_micro_usd), 0), sum(latency_ms)
    FROM stored
   GROUP BY 1, 2, 3, 4, 5, 6, 7
   ORDER BY 1, 2, 3, 4, 5, 6, 7
  ON CONFLICT (hour, organization_id, project_id, team_id, key_id, provider, model) DO UPDATE
     SET requests = h.requests + excluded.requests, failed = h.failed + excluded.failed,
         input_tokens = h.input_tokens + excluded.input_tokens,
         output_tokens = h.output_tokens + excluded.output_tokens,
         cached_tokens = h.cached_tokens + excluded.cached_tokens,
         reasoning_tokens = h.reasoning_tokens + excluded.reasoning_tokens,
         cost_micro_usd = h.cost_micro_usd + excluded.cost_micro_usd,
         latency_ms = h.latency_ms + excluded.latency_ms;
  RETURN NULL;
END
$$;
CREATE TRIGGER hours AFTER INSERT ON tollgate.usage_event
  REFERENCING NEW TABLE AS stored FOR EACH STATEMENT EXECUTE FUNCTION tollgate.add_to_hours();

-- Makes the days from yesterday to the day after tomorrow. Under the migrator's rights: the application has no DDL.
CREATE FUNCTION tollgate.make_usage_days() RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
  day date;
  name text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('tollgate.usage_event'));
  FOR day IN SELECT current_date + n FROM generate_series(-1, 2) n LOOP
    name := 'usage_event_' || to_char(day, 'YYYYMMDD');
    CONTINUE WHEN to_regclass('tollgate.' || name) IS NOT NULL;
    -- A day whose rows have come before it was made stays with the others.
    CONTINUE WHEN EXISTS (SELECT FROM tollgate.usage_event_other WHERE started_at >= day AND started_at < day + 1);
    EXECUTE format('CREATE TABLE tollgate.%I PARTITION OF tollgate.usage_event FOR VALUES FROM (%L) TO (%L)',
                   name, day, day + 1);
  END LOOP;
END
$$;

-- Drops whole days that ended before this instant, and gives how many.
CREATE FUNCTION tollgate.drop_usage_days(before timestamptz) RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
  name text;
  dropped integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('tollgate.usage_event'));
  FOR name IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
               WHERE i.inhparent = 'tollgate.usage_event'::regclass AND c.relname ~ '^usage_event_[0-9]{8}$'
                 AND to_date(right(c.relname, 8), 'YYYYMMDD') + 1 <= before LOOP
    EXECUTE format('DROP TABLE tollgate.%I', name);
    dropped := dropped + 1;
  END LOOP;
  DELETE FROM tollgate.usage_event_other WHERE started_at < before;
  RETURN dropped;
END
$$;

SELECT tollgate.make_usage_days();

INSERT INTO tollgate.usage_event SELECT * FROM tollgate.usage_event_before;
-- ----------------------------------------------------------------------------------------------------- budgets ------

CREATE TABLE tollgate.budget (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Kind and id: 'key:key_…', 'project:prj_…', 'team:…', 'organization:…', 'token:…'.
  subject   text        NOT NULL,
  -- For what the subject may spend on one model; null: on all together.
  model     text,
  period    text        NOT NULL CHECK (period IN ('hour', 'day', 'month', 'total')),
  starts_at timestamptz NOT NULL,
  -- The highest limit that the window has had. Micro-dollars, as all that follow.
  cap       bigint      NOT NULL,
  spent     bigint      NOT NULL CHECK (spent >= 0),
  leased    bigint      NOT NULL DEFAULT 0 CHECK (leased >= 0),
  -- Spent above the cap: bills that were higher than anybody could know.
  overrun   bigint      NOT NULL DEFAULT 0 CHECK (overrun >= 0),
  CONSTRAINT never_above_the_cap CHECK (spent + leased <= cap),
  UNIQUE NULLS NOT DISTINCT (subject, model, period, starts_at)
);
CREATE INDEX budget_by_age ON tollgate.budget (starts_at) WHERE period <> 'total';

-- What each replica may spend without asking again. That of a dead one stays taken until it is back, or for good.
CREATE TABLE tollgate.budget_lease (
  replica   text        NOT NULL,
  budget_id bigint      NOT NULL REFERENCES tollgate.budget ON DELETE CASCADE,
  amount    bigint      NOT NULL CHECK (amount >= 0),
  PRIMARY KEY (replica, budget_id)
);

-- What a subject had spent in a window before anybody set a limit for it.
CREATE FUNCTION tollgate.spent_before(subject text, its_model text, since timestamptz) RETURNS bigint
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(sum(cost_micro_usd), 0)::bigint
    FROM tollgate.usage_hour
   WHERE hour >= since AND (its_model IS NULL OR model = its_model)
     AND CASE split_part(subject, ':', 1)
           WHEN 'key' THEN key_id = split_part(subject, ':', 2)
           WHEN 'project' THEN project_id = split_part(subject, ':', 2)
           WHEN 'team' THEN team_id = split_part(subject, ':', 2)
           WHEN 'organization' THEN organization_id = split_part(subject, ':', 2)
           ELSE false
         END
$$;

-- ----------------------------------------------------------------------------------- what a gateway calls -----------

DROP VIEW gateway_v1.usage_event;
CREATE VIEW gateway_v1.usage_event AS SELECT * FROM tollgate.usage_event;

-- Leases to a replica, of each budget named, what waits for it, or more ahead of need where much is left; nothing of one
-- that has less left than the next request needs. Gives what is granted and what is taken of the limit by all then.
-- Every function locks budgets in the same order.
CREATE FUNCTION gateway_v1.lease(its_replica text, subjects text[], models text[], periods text[], starts timestamptz[],
                                 limits bigint[], needs bigint[], waiting bigint[], wants bigint[])
  RETURNS TABLE (ordinal bigint, granted bigint, taken bigint)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  a record;
  b tollgate.budget;
  before bigint;
  free bigint;
BEGIN
  FOR a IN SELECT * FROM unnest(subjects, models, periods, starts, limits, needs, waiting, wants) WITH ORDINALITY
                    AS asked (subject, model, period, starts_at, ceiling, need, waits, want, n)
            ORDER BY asked.subject, asked.model NULLS FIRST, asked.period, asked.starts_at LOOP
    SELECT * INTO b FROM tollgate.budget
     WHERE budget.subject = a.subject AND budget.model IS NOT DISTINCT FROM a.model AND budget.period = a.period
       AND budget.starts_at = a.starts_at FOR UPDATE;
    IF NOT FOUND THEN
      before := tollgate.spent_before(a.subject, a.model, a.starts_at);
      INSERT INTO tollgate.budget (subject, model, period, starts_at, cap, spent, overrun)
      VALUES (a.subject, a.model, a.period, a.starts_at, a.ceiling, least(before, a.ceiling),
              greatest(before - a.ceiling, 0))
      ON CONFLICT DO NOTHING;
      SELECT * INTO STRICT b FROM tollgate.budget
       WHERE budget.subject = a.subject AND budget.model IS NOT DISTINCT FROM a.model AND budget.period = a.period
         AND budget.starts_at = a.starts_at FOR UPDATE;
    END IF;
    free := a.ceiling - b.spent - b.leased - b.overrun;
    ordinal := a.n;
    granted := CASE WHEN free < a.need THEN 0
                    ELSE least(free, greatest(a.need, a.waits, least(a.want, free / 20))) END;
    taken := b.spent + b.leased + b.overrun + granted;
    IF granted > 0 THEN
      UPDATE tollgate.budget SET leased = leased + granted, cap = greatest(cap, a.ceiling) WHERE id = b.id;
      INSERT INTO tollgate.budget_lease AS l (replica, budget_id, amount) VALUES (its_replica, b.id, granted)
      ON CONFLICT (replica, budget_id) DO UPDATE SET amount = l.amount + excluded.amount;
    END IF;
    RETURN NEXT;
  END LOOP;
END
$$;

-- Lowers a replica's leases to what it says it holds; it gives the rest back. Without budgets: all of them, to nothing.
CREATE FUNCTION gateway_v1.hold(its_replica text, subjects text[], models text[], periods text[], starts timestamptz[],
                                amounts bigint[]) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  a record;
BEGIN
  FOR a IN SELECT b.id, l.amount - coalesce(held.amount, 0) AS surplus
             FROM tollgate.budget_lease l
             JOIN tollgate.budget b ON b.id = l.budget_id
             LEFT JOIN unnest(subjects, models, periods, starts, amounts)
                    AS held (subject, model, period, starts_at, amount)
                    ON held.subject = b.subject AND held.model IS NOT DISTINCT FROM b.model
                   AND held.period = b.period AND held.starts_at = b.starts_at
            WHERE l.replica = its_replica AND (subjects IS NULL OR held.subject IS NOT NULL)
              AND l.amount > coalesce(held.amount, 0)
            ORDER BY b.subject, b.model NULLS FIRST, b.period, b.starts_at
              FOR UPDATE OF b, l LOOP
    UPDATE tollgate.budget SET leased = leased - a.surplus WHERE id = a.id;
    UPDATE tollgate.budget_lease SET amount = amount - a.surplus WHERE replica = its_replica AND budget_id = a.id;
  END LOOP;
  DELETE FROM tollgate.budget_lease WHERE replica = its_replica AND amount = 0;
END
$$;

-- Stores usage rows, each once however often it is given, and turns what they cost from leased
-- to spent in every budget that counts them. The rows: an array of objects with the columns of the view.
CREATE FUNCTION gateway_v1.store_usage(its_replica text, given json) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  charge record;
  b tollgate.budget;
  from_lease bigint;
  in_cap bigint;
BEGIN
  FOR charge IN
    WITH stored AS (
      INSERT INTO tollgate.usage_event
      SELECT * FROM json_populate_recordset(NULL::tollgate.usage_event, given)
      ON CONFLICT (id, started_at) DO NOTHING
      RETURNING *
    )
    SELECT budget.id AS budget_id, sum(stored.cost_micro_usd)::bigint AS amount
      FROM stored
     CROSS JOIN LATERAL (VALUES ('key:' || key_id, NULL), ('key:' || key_id, stored.model),
                                ('project:' || project_id, NULL), ('project:' || project_id, stored.model),
                                ('team:' || team_id, NULL), ('team:' || team_id, stored.model),
                                ('organization:' || organization_id, NULL),
                                ('organization:' || organization_id, stored.model),
                                ('token:' || token_jti, NULL)) AS s (subject, model)
     CROSS JOIN LATERAL (VALUES ('hour', date_trunc('hour', started_at, 'UTC')),
                                ('day', date_trunc('day', started_at, 'UTC')),
                                ('month', date_trunc('month', started_at, 'UTC')),
                                ('total', 'epoch'::timestamptz)) AS p (period, starts_at)
      JOIN tollgate.budget ON budget.subject = s.subject AND budget.model IS NOT DISTINCT FROM s.model
       AND budget.period = p.period AND budget.starts_at = p.starts_at
     WHERE stored.cost_micro_usd > 0
     GROUP BY budget.id
     ORDER BY budget.subject, budget.model NULLS FIRST, budget.period, budget.starts_at
  LOOP
    SELECT * INTO STRICT b FROM tollgate.budget WHERE id = charge.budget_id FOR UPDATE;
    SELECT least(amount, charge.amount) INTO from_lease
      FROM tollgate.budget_lease WHERE replica = its_replica AND budget_id = b.id;
    from_lease := coalesce(from_lease, 0);
    -- What no lease covers goes below the cap as far as there is room, and is an overrun beyond it.
    in_cap := from_lease + least(charge.amount - from_lease, b.cap - b.spent - b.leased);
    UPDATE tollgate.budget
       SET spent = spent + in_cap, leased = leased - from_lease, overrun = overrun + charge.amount - in_cap
     WHERE id = b.id;
    UPDATE tollgate.budget_lease SET amount = amount - from_lease WHERE replica = its_replica AND budget_id = b.id;
  END LOOP;
END
$$;

-- --------------------------------------------------------------------------------------------------- grants ---------

DROP TABLE tollgate.usage_event_before;

REVOKE ALL ON FUNCTION tollgate.add_to_hours(), tollgate.make_usage_days(), tollgate.drop_usage_days(timestamptz),
  tollgate.spent_before(text, text, timestamptz),
  gateway_v1.lease(text, text[], text[], text[], timestamptz[], bigint[], bigint[], bigint[], bigint[]),
  gateway_v1.hold(text, text[], text[], text[], timestamptz[], bigint[]),
  gateway_v1.store_usage(text, json) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tollgate.make_usage_days(), tollgate.drop_usage_days(timestamptz) TO tollgate_admin;
GRANT EXECUTE ON FUNCTION
  gateway_v1.lease(text, text[], text[], text[], timestamptz[], bigint[], bigint[], bigint[], bigint[]),
  gateway_v1.hold(text, text[], text[], text[], timestamptz[], bigint[]),
  gateway_v1.store_usage(text, json) TO tollgate_gateway;
GRANT INSERT, SELECT (id, started_at) ON gateway_v1.usage_event TO tollgate_gateway;
GRANT SELECT, DELETE ON tollgate.usage_event TO tollgate_admin;
GRANT SELECT ON tollgate.usage_hour, tollgate.budget, tollgate.budget_lease TO tollgate_admin;
GRANT DELETE ON tollgate.usage_hour, tollgate.budget TO tollgate_admin;
