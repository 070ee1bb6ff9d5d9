-- What a subject has used in the hour and in the day, for gateways that begin to count its limits. Kind and id as in budgets.
CREATE FUNCTION gateway_v1.used(its_kind text, its_id text, its_model text, of_hour timestamptz, of_day timestamptz)
  RETURNS TABLE (requests_of_hour bigint, requests_of_day bigint, tokens_of_day bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  -- One branch runs, by the index of its column.
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
  )
  SELECT coalesce(sum(requests) FILTER (WHERE hour >= of_hour), 0)::bigint, coalesce(sum(requests), 0)::bigint,
         coalesce(sum(input_tokens + output_tokens), 0)::bigint
    FROM since
   WHERE its_model IS NULL OR model = its_model
$$;

REVOKE ALL ON FUNCTION gateway_v1.used(text, text, text, timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gateway_v1.used(text, text, text, timestamptz, timestamptz) TO tollgate_gateway;
