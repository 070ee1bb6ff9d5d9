-- A limit of a model holds over every spelling of its name, and what is used in another counts under the limit's own. The
-- sums by hour go by the name as requested: what began to count from them, or is shown of them, had only that very name.

-- What was used under a limit in other spellings than the name of the limit.
CREATE TABLE tollgate.usage_hour_respelled (
  -- Kind and id, as in budgets.
  holder         text        NOT NULL,
  -- As the limit has it.
  model          text        NOT NULL,
  hour           timestamptz NOT NULL,
  requests       bigint      NOT NULL,
  input_tokens   bigint      NOT NULL,
  output_tokens  bigint      NOT NULL,
  cost_micro_usd bigint      NOT NULL,
  PRIMARY KEY (holder, model, hour)
);
CREATE INDEX usage_hour_respelled_by_age ON tollgate.usage_hour_respelled (hour);

-- In the transaction of the rows, whoever stores them; each row counts once, as it is stored once.
CREATE OR REPLACE FUNCTION tollgate.add_to_hours() RETURNS trigger
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
  INSERT INTO tollgate.usage_hour_respelled AS h
  SELECT split_part(other, ' ', 1), substr(other, strpos(other, ' ') + 1), date_trunc('hour', started_at, 'UTC'),
         count(*), coalesce(sum(input_tokens), 0), coalesce(sum(output_tokens), 0), coalesce(sum(cost_micro_usd), 0)
    FROM stored CROSS JOIN LATERAL unnest(also_counts_in) AS other
   GROUP BY 1, 2, 3
   ORDER BY 1, 2, 3
  ON CONFLICT (holder, model, hour) DO UPDATE
     SET requests = h.requests + excluded.requests,
         input_tokens = h.input_tokens + excluded.input_tokens,
         output_tokens = h.output_tokens + excluded.output_tokens,
         cost_micro_usd = h.cost_micro_usd + excluded.cost_micro_usd;
  RETURN NULL;
END
$$;

INSERT INTO tollgate.usage_hour_respelled
SELECT split_part(other, ' ', 1), substr(other, strpos(other, ' ') + 1), date_trunc('hour', started_at, 'UTC'),
       count(*), coalesce(sum(input_tokens), 0), coalesce(sum(output_tokens), 0), coalesce(sum(cost_micro_usd), 0)
  FROM tollgate.usage_event CROSS JOIN LATERAL unnest(also_counts_in) AS other
 WHERE started_at >= now() - interval '2 days'
 GROUP BY 1, 2, 3;

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
             AND hour >= since
          UNION ALL
          SELECT model, cost_micro_usd FROM tollgate.usage_hour_respelled
           WHERE holder = subject AND model = its_model AND hour >= since) used
   WHERE its_model IS NULL OR model = its_model
$$;

-- What a subject has used in the hour and in the day, for gateways that begin to count its limits. Kind and id as in budgets.
CREATE OR REPLACE FUNCTION gateway_v1.used(its_kind text, its_id text, its_model text, of_hour timestamptz, of_day timestamptz)
  RETURNS TABLE (requests_of_hour bigint, requests_of_day bigint, tokens_of_day bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  -- One branch runs, by the index of its column; of a model the last as well.
  WITH since AS (
    SELECT hour, model, requests, input_tokens, output_tokens FROM tollgate.usage_hour
     WHERE its_kind = 'key' AND key_id = its_id AND hour >= of_day
    UNION ALL
    SELECT hour, model, requests, input_tokens, output_tokens FROM tollgate.usage_hour
     WHERE its_kind = 'project' AND project_id = its_id AND hour >= of_day
    UNION ALL
    SELECT hour, model, requests, input_tokens, output_tokens FROM tollgate.usage_hour
     WHERE its_kind = 'team' AND team_id = its_id AND hour >= of_day
    UNION ALL
    SELECT hour, model, requests, input_tokens, output_tokens FROM tollgate.usage_hour
     WHERE its_kind = 'organization' AND organization_id = its_id AND hour >= of_day
    UNION ALL
    SELECT hour, model, requests, input_tokens, output_tokens FROM tollgate.usage_hour_respelled
     WHERE holder = its_kind || ':' || its_id AND model = its_model AND hour >= of_day
  )
  SELECT coalesce(sum(requests) FILTER (WHERE hour >= of_hour), 0)::bigint, coalesce(sum(requests), 0)::bigint,
         coalesce(sum(input_tokens + output_tokens), 0)::bigint
    FROM since
   WHERE its_model IS NULL OR model = its_model
$$;

GRANT SELECT, DELETE ON tollgate.usage_hour_respelled TO tollgate_admin;
