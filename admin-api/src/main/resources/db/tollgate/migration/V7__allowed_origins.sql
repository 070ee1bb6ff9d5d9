-- All web origins that any policy in the installation allows: what a CORS preflight, which carries no key, is answered
-- from. Kept beside the documents, so that the gateway reads the few that there are and no document.

CREATE TABLE tollgate.allowed_origin (
  -- Which document names it: 'virtual_key:key_…', 'project:prj_…' and so on.
  source          text NOT NULL,
  organization_id text NOT NULL REFERENCES tollgate.organization ON DELETE CASCADE,
  origin          text NOT NULL,
  PRIMARY KEY (source, origin)
);
CREATE INDEX allowed_origin_by_organization ON tollgate.allowed_origin (organization_id);

-- Tells the gateways only where the origins of the document have changed, which few changes of a document do.
CREATE FUNCTION tollgate.keep_origins(named text, organization text, document jsonb) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  listed jsonb := document #> '{security,network_restrictions,allowed_origins}';
  wanted text[] := ARRAY(SELECT DISTINCT item COLLATE "C"
                           FROM jsonb_array_elements_text(
                                  CASE WHEN jsonb_typeof(listed) = 'array' THEN listed ELSE '[]' END) AS item
                          ORDER BY 1);
  kept   text[] := ARRAY(SELECT a.origin COLLATE "C" FROM tollgate.allowed_origin a WHERE a.source = named ORDER BY 1);
BEGIN
  IF wanted = kept THEN
    RETURN;
  END IF;
  DELETE FROM tollgate.allowed_origin a WHERE a.source = named AND a.origin <> ALL (wanted);
  INSERT INTO tollgate.allowed_origin (source, organization_id, origin)
  SELECT named, organization, item FROM unnest(wanted) AS item
      ON CONFLICT DO NOTHING;
  PERFORM tollgate.note_change('origins');
END
$$;

-- Of every table with a policy. One that is over allows nothing any more.
CREATE FUNCTION tollgate.policy_changed() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  record   jsonb   := CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
  ended    boolean := TG_OP = 'DELETE' OR coalesce(record ->> 'revoked_at', record ->> 'deleted_at') IS NOT NULL;
  document jsonb   := coalesce(nullif(record -> 'effective_policy', 'null'), record -> 'policy');
BEGIN
  PERFORM tollgate.keep_origins(
    TG_TABLE_NAME || ':' || (record ->> 'id'),
    coalesce(record ->> 'organization_id', record ->> 'id'),
    CASE WHEN ended THEN NULL ELSE document END);
  RETURN NULL;
END
$$;

REVOKE ALL ON FUNCTION tollgate.keep_origins(text, text, jsonb), tollgate.policy_changed() FROM PUBLIC;

CREATE TRIGGER origins AFTER INSERT OR UPDATE OR DELETE ON tollgate.virtual_key
  FOR EACH ROW EXECUTE FUNCTION tollgate.policy_changed();
CREATE TRIGGER origins AFTER INSERT OR UPDATE OR DELETE ON tollgate.project
  FOR EACH ROW EXECUTE FUNCTION tollgate.policy_changed();
CREATE TRIGGER origins AFTER INSERT OR UPDATE OR DELETE ON tollgate.team
  FOR EACH ROW EXECUTE FUNCTION tollgate.policy_changed();
CREATE TRIGGER origins AFTER INSERT OR UPDATE OR DELETE ON tollgate.organization
  FOR EACH ROW EXECUTE FUNCTION tollgate.policy_changed();

CREATE VIEW gateway_v1.allowed_origin AS
SELECT DISTINCT a.origin
  FROM tollgate.allowed_origin a
  JOIN tollgate.organization o ON o.id = a.organization_id
 WHERE o.deleted_at IS NULL;

GRANT SELECT ON gateway_v1.allowed_origin TO tollgate_gateway;
