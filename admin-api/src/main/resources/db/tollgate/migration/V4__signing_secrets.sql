-- The secrets that clients sign their requests with, sealed as credentials are: bound to the key's id and the secret's
-- version, under the data key of the key's only project, else under that of its organization.

CREATE TABLE tollgate.signing_secret (
  key_id      text        NOT NULL REFERENCES tollgate.virtual_key ON DELETE CASCADE,
  version     integer     NOT NULL CHECK (version > 0),
  -- Whose data key it is sealed under; null: the organization's. The key's scope may change later.
  project_id  text REFERENCES tollgate.project,
  sealed      bytea       NOT NULL,
  -- A project's data key goes with the project, and with it what nobody can open any more.
  data_key_id text        NOT NULL REFERENCES tollgate.data_key ON DELETE CASCADE,
  -- The end of a rotation's grace period; null for the current one.
  valid_until timestamptz,
  created_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (key_id, version)
);
CREATE UNIQUE INDEX signing_secret_has_one_current ON tollgate.signing_secret (key_id) WHERE valid_until IS NULL;
CREATE INDEX signing_secret_under_data_key ON tollgate.signing_secret (data_key_id);

-- A data key that is wrapped anew changes what is published of the keys whose secrets stand under it.
CREATE FUNCTION tollgate.signing_data_key_changed() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM tollgate.note_change('key:' || s.key_id) FROM tollgate.signing_secret s WHERE s.data_key_id = NEW.id;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION tollgate.signing_data_key_changed() FROM PUBLIC;

CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON tollgate.signing_secret
  FOR EACH ROW EXECUTE FUNCTION tollgate.row_changed('key', 'key_id');
CREATE TRIGGER signing AFTER UPDATE ON tollgate.data_key
  FOR EACH ROW EXECUTE FUNCTION tollgate.signing_data_key_changed();

-- --------------------------------------------------------------------------------------------------- grants ---------

GRANT SELECT, INSERT, UPDATE, DELETE ON tollgate.signing_secret TO tollgate_admin;
