-- What models cost. A row is never changed: another price is another row, in force from a later time on, so that a usage
-- row can name the price that it was charged at. Rows without an organization are shipped with the admin API; those of
-- an organization go before them.

CREATE TABLE tollgate.price (
  id                text PRIMARY KEY,
  organization_id   text REFERENCES tollgate.organization,
  -- The kind of provider.
  provider          text        NOT NULL,
  -- A model's name, or the beginning of one and *.
  model             text        NOT NULL CHECK (model ~ '^[!-)+-~]{1,255}[*]?$'),
  effective_from    timestamptz NOT NULL,
  -- US dollars as JSON numbers: of tokens and characters per million of them, of everything else apiece.
  components        jsonb       NOT NULL,
  max_output_tokens bigint CHECK (max_output_tokens > 0),
  context_tokens    bigint CHECK (context_tokens > 0),
  source            text,
  source_date       date,
  created_by        text        NOT NULL,
  created_at        timestamptz NOT NULL DEFAULT now(),
  CHECK (organization_id IS NOT NULL OR (source IS NOT NULL AND source_date IS NOT NULL))
);
CREATE UNIQUE INDEX price_of_organization ON tollgate.price (organization_id, provider, model, effective_from)
  WHERE organization_id IS NOT NULL;
CREATE INDEX price_by_model ON tollgate.price (provider, model, effective_from);

-- What a request costs whose model has no price, where a money limit stands over it.
ALTER TABLE tollgate.organization ADD COLUMN unknown_price text NOT NULL DEFAULT 'allow'
  CHECK (unknown_price IN ('deny', 'charge_default', 'allow'));
-- Null: as the organization has it.
ALTER TABLE tollgate.project ADD COLUMN unknown_price text
  CHECK (unknown_price IN ('deny', 'charge_default', 'allow'));

-- --------------------------------------------------------------------------------------------- change log -----------

CREATE FUNCTION tollgate.prices_changed() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM tollgate.note_change('prices');
  RETURN NULL;
END
$$;

REVOKE ALL ON FUNCTION tollgate.prices_changed() FROM PUBLIC;

CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON tollgate.price
  FOR EACH ROW EXECUTE FUNCTION tollgate.prices_changed();

-- ------------------------------------------------------------------------------------------ gateway's views ---------

CREATE VIEW gateway_v1.price AS
SELECT p.id AS price_id,
       p.organization_id,
       p.provider,
       p.model,
       p.effective_from,
       p.components,
       p.max_output_tokens,
       p.context_tokens,
       p.created_at
  FROM tollgate.price p
  LEFT JOIN tollgate.organization o ON o.id = p.organization_id
 WHERE o.deleted_at IS NULL;

CREATE OR REPLACE VIEW gateway_v1.project AS
SELECT p.id AS project_id,
       p.organization_id,
       p.policy #- '{permissions,require_approval}' AS policy,
       o.policy #- '{permissions,require_approval}' AS organization_policy,
       p.tokens_revoked_before,
       ARRAY(SELECT t.jti FROM tollgate.project_token t
              WHERE t.project_id = p.id AND t.revoked_at IS NOT NULL AND t.expires_at > now() - interval '10 min'
              ORDER BY t.jti) AS revoked_jtis,
       coalesce(p.unknown_price, o.unknown_price) AS unknown_price
  FROM tollgate.project p
  JOIN tollgate.organization o ON o.id = p.organization_id
 WHERE p.deleted_at IS NULL AND o.deleted_at IS NULL;

-- --------------------------------------------------------------------------------------------------- grants ---------

-- No UPDATE: see above.
GRANT SELECT, INSERT, DELETE ON tollgate.price TO tollgate_admin;
GRANT SELECT ON gateway_v1.price TO tollgate_gateway;
