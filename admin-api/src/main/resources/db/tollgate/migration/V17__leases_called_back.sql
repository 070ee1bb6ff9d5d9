-- What one replica was granted while much was left it keeps for a while, used or not. It may be just what a request on
-- another still needs when little is left: that one calls it back.

ALTER TABLE tollgate.budget_lease ADD COLUMN ample boolean NOT NULL DEFAULT false;
CREATE INDEX budget_lease_of_budget ON tollgate.budget_lease (budget_id) WHERE ample;

-- Leases to a replica, of each budget named, what waits for it, or more ahead of need where much is left; nothing of one
-- that has less left than the next request needs. Gives what is granted and what is taken of the limit by all then, and
-- of a refusal whether others may hold what they do not need.
-- Every function locks budgets in the same order, after the table budget_beginning.
DROP FUNCTION gateway_v1.lease(text, text[], text[], text[], timestamptz[], bigint[], bigint[], bigint[], bigint[]);
CREATE FUNCTION gateway_v1.lease(its_replica text, subjects text[], models text[], periods text[], starts timestamptz[],
                                 limits bigint[], needs bigint[], waiting bigint[], wants bigint[])
  RETURNS TABLE (ordinal bigint, granted bigint, taken bigint, recallable boolean)
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
      INSERT INTO tollgate.budget_lease AS l (replica, budget_id, amount, ample)
      VALUES (its_replica, b.id, granted, (a.ceiling - taken) / 20 >= granted)
      ON CONFLICT (replica, budget_id) DO UPDATE SET amount = l.amount + excluded.amount, ample = excluded.ample;
    END IF;
    recallable := granted = 0 AND EXISTS (SELECT FROM tollgate.budget_lease other
                                           WHERE other.budget_id = b.id AND other.replica <> its_replica
                                             AND other.ample AND other.amount > 0);
    RETURN NEXT;
  END LOOP;
END
$$;

-- Has the other replicas give back what they were granted of this budget while much was left, and do not need.
CREATE FUNCTION gateway_v1.recall(its_replica text, its_subject text, its_model text, its_period text,
                                  its_start timestamptz) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  its_budget bigint;
BEGIN
  SELECT id INTO its_budget FROM tollgate.budget
   WHERE subject = its_subject AND model IS NOT DISTINCT FROM its_model AND period = its_period
     AND starts_at = its_start FOR UPDATE;
  -- From now on they give back by themselves.
  UPDATE tollgate.budget_lease SET ample = false WHERE budget_id = its_budget AND replica <> its_replica AND ample;
  IF FOUND THEN
    PERFORM pg_notify('tollgate_recall', json_build_object('subject', its_subject, 'model', its_model,
                      'period', its_period, 'start', extract(epoch FROM its_start)::bigint)::text);
  END IF;
END
$$;

REVOKE ALL ON FUNCTION
  gateway_v1.lease(text, text[], text[], text[], timestamptz[], bigint[], bigint[], bigint[], bigint[]),
  gateway_v1.recall(text, text, text, text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
  gateway_v1.lease(text, text[], text[], text[], timestamptz[], bigint[], bigint[], bigint[], bigint[]),
  gateway_v1.recall(text, text, text, text, timestamptz) TO tollgate_gateway;
