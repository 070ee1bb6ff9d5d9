-- A budget begins with the sum of what was spent before it. Rows that are being stored at that moment were in neither: not
-- in the sum, since they were not there yet, and not added to the budget, since it was not there yet.

-- Locked, never filled. Whoever begins a budget shares it with others who do, and whoever stores rows with others who
-- do; the one waits for the other, for the length of one batch. A lock of usage_hour would wait for its vacuum, too.
CREATE TABLE tollgate.budget_beginning ();

-- Leases to a replica, of each budget named, what waits for it, or more ahead of need where much is left; nothing of one
-- that has less left than the next request needs. Gives what is granted and what is taken of the limit by all then.
-- Every function locks budgets in the same order, after the table above.
CREATE OR REPLACE FUNCTION gateway_v1.lease(its_replica text, subjects text[], models text[], periods text[], starts timestamptz[],
                                 limits bigint[], needs bigint[], waiting bigint[], wants bigint[])
  RETURNS TABLE (ordinal bigint, granted bigint, taken bigint)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  a record;
  b tollgate.budget;
  before bigint;
  free bigint;
BEGIN
  PERFORM FROM unnest(subjects, models, periods, starts) AS asked (subject, model, period, starts_at)
    WHERE NOT EXISTS (SELECT FROM tollgate.budget known
                       WHERE known.subject = asked.subject AND known.model IS NOT DISTINCT FROM asked.model
                         AND known.period = asked.period AND known.starts_at = asked.starts_at);
  IF FOUND THEN
    LOCK TABLE tollgate.budget_beginning IN SHARE MODE;
  END IF;
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

-- Stores usage rows, each once however often it is given, and turns what they cost from leased
-- to spent in every budget that counts them. The rows: an array of objects with the columns of the view.
CREATE OR REPLACE FUNCTION gateway_v1.store_usage(its_replica text, given json) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  charge record;
  b tollgate.budget;
  from_lease bigint;
  in_cap bigint;
BEGIN
  LOCK TABLE tollgate.budget_beginning IN ROW EXCLUSIVE MODE;
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
