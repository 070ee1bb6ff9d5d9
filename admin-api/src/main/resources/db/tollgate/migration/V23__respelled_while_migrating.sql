-- Rows that were stored while V22 ran, by the function of before, may be in none of its sums. They are made again, with
-- nobody storing.
DO $$ BEGIN LOCK TABLE tollgate.budget_beginning IN SHARE MODE; END $$;

DELETE FROM tollgate.usage_hour_respelled;

INSERT INTO tollgate.usage_hour_respelled
SELECT split_part(other, ' ', 1), substr(other, strpos(other, ' ') + 1), date_trunc('hour', started_at, 'UTC'),
       count(*), coalesce(sum(input_tokens), 0), coalesce(sum(output_tokens), 0), coalesce(sum(cost_micro_usd), 0)
  FROM tollgate.usage_event CROSS JOIN LATERAL unnest(also_counts_in) AS other
 WHERE started_at >= now() - interval '2 days'
 GROUP BY 1, 2, 3;
