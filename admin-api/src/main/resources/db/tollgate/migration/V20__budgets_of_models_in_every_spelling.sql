-- A limit of a model holds over every spelling of its name. What is spent in another spelling was taken from the lease
-- under the limit's name, and never came to be spent under it: it was given back with the lease.

-- Budgets of models that the request counts in under other names than its own: 'key:key_1 gpt-4o'.
ALTER TABLE tollgate.usage_event ADD COLUMN also_counts_in text[];
CREATE OR REPLACE VIEW gateway_v1.usage_event AS SELECT * FROM tollgate.usage_event;

-- Stores usage rows, each once however often it is given, and turns what they cost from leased
-- to spent in every budget that counts them. The rows: an array of objects with the columns of the view. They are added
-- up by whom and what they count for before budgets are looked for: most rows of a batch count for the same few. A row
-- without a model counts once in what is spent on all models together.
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
      RETURNING key_id, project_id, team_id, organization_id, token_jti, model, also_counts_in, started_at,
                cost_micro_usd
    ), added_up AS (
      SELECT key_id, project_id, team_id, organization_id, token_jti, model, also_counts_in,
             date_bin('1 hour', started_at, 'epoch') AS hour, sum(cost_micro_usd) AS amount
        FROM stored
       WHERE cost_micro_usd > 0
       GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
    )
    SELECT budget.id AS budget_id, sum(added_up.amount)::bigint AS amount
      FROM added_up
     CROSS JOIN LATERAL (
       SELECT its.subject, its.model
         FROM (VALUES ('key:' || key_id, NULL, false), ('key:' || key_id, added_up.model, true),
                      ('project:' || project_id, NULL, false), ('project:' || project_id, added_up.model, true),
                      ('team:' || team_id, NULL, false), ('team:' || team_id, added_up.model, true),
                      ('organization:' || organization_id, NULL, false),
                      ('organization:' || organization_id, added_up.model, true),
                      ('token:' || token_jti, NULL, false)) AS its (subject, model, of_model)
        WHERE its.model IS NOT NULL OR NOT its.of_model
       UNION
       SELECT split_part(other, ' ', 1), substr(other, strpos(other, ' ') + 1) FROM unnest(also_counts_in) AS other
     ) AS s
     CROSS JOIN LATERAL (VALUES ('hour', hour), ('day', date_trunc('day', hour, 'UTC')),
                                ('month', date_trunc('month', hour, 'UTC')),
                                ('total', 'epoch'::timestamptz)) AS p (period, starts_at)
      JOIN tollgate.budget ON budget.subject = s.subject AND budget.model IS NOT DISTINCT FROM s.model
       AND budget.period = p.period AND budget.starts_at = p.starts_at
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
