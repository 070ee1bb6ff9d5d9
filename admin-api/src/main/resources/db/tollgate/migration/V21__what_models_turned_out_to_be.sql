-- What a model without a price of its own, a deployment or an alias, was when it answered: so that budgets reserve for it
-- on every gateway, and after a restart. One gateway learns it, all know it.

CREATE TABLE tollgate.answered_model (
  service_id text        NOT NULL REFERENCES tollgate.service ON DELETE CASCADE,
  -- As requested.
  model      text        NOT NULL,
  -- As the provider named it.
  answered   text        NOT NULL,
  learned_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (service_id, model)
);
CREATE INDEX answered_model_by_age ON tollgate.answered_model (learned_at DESC);

CREATE TRIGGER changed AFTER INSERT OR UPDATE ON tollgate.answered_model
  FOR EACH ROW EXECUTE FUNCTION tollgate.prices_changed();

CREATE VIEW gateway_v1.answered_model AS
SELECT service_id, model, answered, learned_at FROM tollgate.answered_model;

-- One that turns out to be now this and now that, as a router does, is told of once an hour; and whoever may ask for any
-- name does not fill the table.
CREATE FUNCTION gateway_v1.learn_model(its_service text, its_model text, its_answered text) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO tollgate.answered_model AS known (service_id, model, answered)
  SELECT its_service, its_model, its_answered
   WHERE EXISTS (SELECT FROM tollgate.service WHERE id = its_service)
     AND (EXISTS (SELECT FROM tollgate.answered_model WHERE service_id = its_service AND model = its_model)
          OR (SELECT count(*) FROM tollgate.answered_model WHERE service_id = its_service) < 1000)
  ON CONFLICT (service_id, model) DO UPDATE SET answered = excluded.answered, learned_at = clock_timestamp()
   WHERE known.answered <> excluded.answered AND known.learned_at < now() - interval '1 hour'
$$;

REVOKE ALL ON FUNCTION gateway_v1.learn_model(text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gateway_v1.learn_model(text, text, text) TO tollgate_gateway;
GRANT SELECT ON gateway_v1.answered_model TO tollgate_gateway;
