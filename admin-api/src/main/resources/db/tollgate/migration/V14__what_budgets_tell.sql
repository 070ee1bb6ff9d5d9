-- What was told of budgets, and how much a subject has spent without reading what others did.

ALTER TABLE tollgate.budget
  ADD COLUMN threshold_told_at timestamptz,
  ADD COLUMN overrun_told_at   timestamptz,
  -- False: its window is over, and there was nothing more to tell of it.
  ADD COLUMN watched           boolean NOT NULL DEFAULT true;
CREATE INDEX budget_watched ON tollgate.budget (id) WHERE watched;
CREATE INDEX budget_of_token ON tollgate.budget (id) WHERE period = 'total';

-- Rows that come late, from the journal of a gateway that was away, may still cross something.
CREATE FUNCTION tollgate.watch_budget_again() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.watched := true;
  RETURN NEW;
END
$$;
CREATE TRIGGER spent_late BEFORE UPDATE ON tollgate.budget
  FOR EACH ROW WHEN (NOT OLD.watched AND NEW.spent + NEW.overrun > OLD.spent + OLD.overrun)
  EXECUTE FUNCTION tollgate.watch_budget_again();

-- Each branch has an index; those of other kinds of subjects are not run.
CREATE OR REPLACE FUNCTION tollgate.spent_before(subject text, its_model text, since timestamptz) RETURNS bigint
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(sum(cost_micro_usd), 0)::bigint
    FROM (SELECT model, cost_micro_usd FROM tollgate.usage_hour
           WHERE split_part(subject, ':', 1) = 'key' AND key_id = split_part(subject, ':', 2) AND hour >= since
          UNION ALL
          SELECT model, cost_micro_usd FROM tollgate.usage_hour
           WHERE split_part(subject, ':', 1) = 'project' AND project_id = split_part(subject, ':', 2) AND hour >= since
          UNION ALL
          SELECT model, cost_micro_usd FROM tollgate.usage_hour
           WHERE split_part(subject, ':', 1) = 'team' AND team_id = split_part(subject, ':', 2) AND hour >= since
          UNION ALL
          SELECT model, cost_micro_usd FROM tollgate.usage_hour
           WHERE split_part(subject, ':', 1) = 'organization' AND organization_id = split_part(subject, ':', 2)
             AND hour >= since) used
   WHERE its_model IS NULL OR model = its_model
$$;

-- The price of models that have none, for unknown_price 'charge_default'.
ALTER TABLE tollgate.price
  DROP CONSTRAINT price_model_check,
  ADD CHECK (model = '*' OR (model ~ '^[!-)+-~]{1,255}[*]?$')),
  ADD CHECK (model <> '*' OR organization_id IS NOT NULL);

REVOKE ALL ON FUNCTION tollgate.watch_budget_again() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tollgate.spent_before(text, text, timestamptz) TO tollgate_admin;
GRANT UPDATE (threshold_told_at, overrun_told_at, watched) ON tollgate.budget TO tollgate_admin;
