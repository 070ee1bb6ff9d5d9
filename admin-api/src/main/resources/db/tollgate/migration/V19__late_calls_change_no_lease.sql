-- A call that a gateway has given up waiting for may still be carried out: a database that was frozen reads it afterwards,
-- when the gateway has long asked for something else, or is another process. Carried out then, one that gives back would
-- take away what was granted since, and others could spend it a second time.

-- The process that holds the leases of a replica. An earlier one has nothing to say any more.
CREATE TABLE tollgate.lease_holder (
  replica text PRIMARY KEY,
  process text NOT NULL
);

-- The calls of a process are numbered: what is older than the last that was carried out comes too late.
ALTER TABLE tollgate.budget_lease ADD COLUMN last_call bigint NOT NULL DEFAULT 0;

-- Whether it was called back, and its replica has not said yet what it holds.
ALTER TABLE tollgate.budget_lease ADD COLUMN recalled boolean NOT NULL DEFAULT false;
DROP INDEX tollgate.budget_lease_of_budget;
CREATE INDEX budget_lease_of_budget ON tollgate.budget_lease (budget_id) WHERE ample OR recalled;

CREATE FUNCTION tollgate.assert_holder(its_replica text, its_process text) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM FROM tollgate.lease_holder WHERE replica = its_replica AND process = its_process FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'another process holds the leases of %', its_replica USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
END
$$;

-- Leases to a replica, of each budget named, what waits for it, or more ahead of need where much is left; nothing of one
-- that has less left than the next request needs. Gives what is granted and what is taken of the limit by all then, and
-- of a refusal whether others may hold what they do not need.
-- Every function locks the holder first, then the table budget_beginning, then budgets in the same order.
DROP FUNCTION gateway_v1.lease(text, text[], text[], text[], timestamptz[], bigint[], bigint[], bigint[], bigint[]);
CREATE FUNCTION gateway_v1.lease(its_replica text, its_process text, its_call bigint, subjects text[], models text[], periods text[], starts timestamptz[],
                                 limits bigint[], needs bigint[], waiting bigint[], wants bigint[])
  RETURNS TABLE (ordinal bigint, granted bigint, taken bigint, recallable boolean)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  a record;
  b tollgate.budget;
  before bigint;
  free bigint;
  is_late boolean;
BEGIN
  PERFORM tollgate.assert_holder(its_replica, its_process);
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
    is_late := EXISTS (SELECT FROM tollgate.budget_lease own
                        WHERE own.replica = its_replica AND own.budget_id = b.id AND own.last_call > its_call);
    granted := CASE WHEN is_late OR free < a.need THEN 0
                    ELSE least(free, greatest(a.need, a.waits, least(a.want, free / 20))) END;
    taken := b.spent + b.leased + b.overrun + granted;
    IF granted > 0 THEN
      UPDATE tollgate.budget SET leased = leased + granted, cap = greatest(cap, a.ceiling) WHERE id = b.id;
      INSERT INTO tollgate.budget_lease AS l (replica, budget_id, amount, ample, last_call)
      VALUES (its_replica, b.id, granted, (a.ceiling - taken) / 20 >= granted, its_call)
      ON CONFLICT (replica, budget_id) DO UPDATE
        SET amount = l.amount + excluded.amount, ample = excluded.ample, last_call = excluded.last_call;
    END IF;
    recallable := granted = 0 AND EXISTS (SELECT FROM tollgate.budget_lease other
                                           WHERE other.budget_id = b.id AND other.replica <> its_replica
                                             AND other.ample AND other.amount > 0);
    RETURN NEXT;
  END LOOP;
END
$$;

-- Lowers a replica's leases to what it says it holds; it gives the rest back.
DROP FUNCTION gateway_v1.hold(text, text[], text[], text[], timestamptz[], bigint[]);
CREATE FUNCTION gateway_v1.hold(its_replica text, its_process text, its_call bigint, subjects text[], models text[],
                                periods text[], starts timestamptz[], amounts bigint[]) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  a record;
BEGIN
  PERFORM tollgate.assert_holder(its_replica, its_process);
  FOR a IN SELECT b.id, l.amount - held.amount AS surplus
             FROM tollgate.budget_lease l
             JOIN tollgate.budget b ON b.id = l.budget_id
             JOIN unnest(subjects, models, periods, starts, amounts) AS held (subject, model, period, starts_at, amount)
               ON held.subject = b.subject AND held.model IS NOT DISTINCT FROM b.model
              AND held.period = b.period AND held.starts_at = b.starts_at
            WHERE l.replica = its_replica AND l.last_call < its_call
            ORDER BY b.subject, b.model NULLS FIRST, b.period, b.starts_at
              FOR UPDATE OF b, l LOOP
    UPDATE tollgate.budget SET leased = leased - greatest(a.surplus, 0) WHERE id = a.id;
    UPDATE tollgate.budget_lease
       SET amount = amount - greatest(a.surplus, 0), last_call = its_call, recalled = false
     WHERE replica = its_replica AND budget_id = a.id;
  END LOOP;
  DELETE FROM tollgate.budget_lease WHERE replica = its_replica AND amount = 0 AND last_call <= its_call;
END
$$;

-- Has the other replicas give back what they were granted of this budget while much was left, and do not need.
CREATE OR REPLACE FUNCTION gateway_v1.recall(its_replica text, its_subject text, its_model text, its_period text,
                                             its_start timestamptz) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  its_budget bigint;
BEGIN
  SELECT id INTO its_budget FROM tollgate.budget
   WHERE subject = its_subject AND model IS NOT DISTINCT FROM its_model AND period = its_period
     AND starts_at = its_start FOR UPDATE;
  -- From now on they give back by themselves.
  UPDATE tollgate.budget_lease SET ample = false, recalled = true
   WHERE budget_id = its_budget AND replica <> its_replica AND ample;
  IF FOUND THEN
    -- Read by a gateway in a hurry: no JSON.
    PERFORM pg_notify('tollgate_recall',
                      concat_ws(' ', its_period, extract(epoch FROM its_start)::bigint,
                                encode(convert_to(its_subject, 'UTF8'), 'hex'),
                                encode(convert_to(its_model, 'UTF8'), 'hex')));
  END IF;
END
$$;

-- Whether all that were called back have said what they hold.
CREATE FUNCTION gateway_v1.is_given_back(its_subject text, its_model text, its_period text, its_start timestamptz)
  RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT NOT EXISTS (SELECT FROM tollgate.budget_lease l JOIN tollgate.budget b ON b.id = l.budget_id
                      WHERE b.subject = its_subject AND b.model IS NOT DISTINCT FROM its_model
                        AND b.period = its_period AND b.starts_at = its_start AND l.recalled)
$$;

-- From now on this process holds the leases of the replica, and nothing of what was leased before. Said again by the
-- same process, it changes nothing.
CREATE FUNCTION gateway_v1.take_over(its_replica text, its_process text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO tollgate.lease_holder AS h (replica, process) VALUES (its_replica, its_process)
  ON CONFLICT (replica) DO UPDATE SET process = excluded.process WHERE h.process <> excluded.process;
  IF FOUND THEN
    PERFORM tollgate.release(its_replica);
  END IF;
END
$$;

-- The process ends, and holds nothing any more.
CREATE FUNCTION gateway_v1.hold_nothing(its_replica text, its_process text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM tollgate.lease_holder WHERE replica = its_replica AND process = its_process;
  IF FOUND THEN
    PERFORM tollgate.release(its_replica);
  END IF;
END
$$;

CREATE FUNCTION tollgate.release(its_replica text) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  a record;
BEGIN
  FOR a IN SELECT b.id, l.amount
             FROM tollgate.budget_lease l
             JOIN tollgate.budget b ON b.id = l.budget_id
            WHERE l.replica = its_replica
            ORDER BY b.subject, b.model NULLS FIRST, b.period, b.starts_at
              FOR UPDATE OF b, l LOOP
    UPDATE tollgate.budget SET leased = leased - a.amount WHERE id = a.id;
    DELETE FROM tollgate.budget_lease WHERE replica = its_replica AND budget_id = a.id;
  END LOOP;
END
$$;

REVOKE ALL ON FUNCTION
  tollgate.assert_holder(text, text), tollgate.release(text),
  gateway_v1.lease(text, text, bigint, text[], text[], text[], timestamptz[], bigint[], bigint[], bigint[], bigint[]),
  gateway_v1.hold(text, text, bigint, text[], text[], text[], timestamptz[], bigint[]),
  gateway_v1.is_given_back(text, text, text, timestamptz),
  gateway_v1.take_over(text, text), gateway_v1.hold_nothing(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
  gateway_v1.lease(text, text, bigint, text[], text[], text[], timestamptz[], bigint[], bigint[], bigint[], bigint[]),
  gateway_v1.hold(text, text, bigint, text[], text[], text[], timestamptz[], bigint[]),
  gateway_v1.is_given_back(text, text, text, timestamptz),
  gateway_v1.take_over(text, text), gateway_v1.hold_nothing(text, text) TO tollgate_gateway;
