-- What keys inherit from: templates by name, and the defaults of their environment. What holds for a key in the end is
-- kept beside its own document, so that the gateway merges nothing.

CREATE TABLE tollgate.template (
  id              text PRIMARY KEY,
  organization_id text        NOT NULL REFERENCES tollgate.organization,
  name            text        NOT NULL,
  description     text,
  policy          jsonb       NOT NULL,
  version         integer     NOT NULL DEFAULT 1,
  created_by      text        NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  updated_at      timestamptz NOT NULL DEFAULT now(),
  UNIQUE (organization_id, name),
  UNIQUE (organization_id, id)
);

CREATE TABLE tollgate.environment (
  id              text PRIMARY KEY,
  organization_id text        NOT NULL REFERENCES tollgate.organization,
  name            text        NOT NULL CHECK (name ~ '^[A-Za-z0-9_-]{1,64}$'),
  -- development, staging, production: every organization has them.
  built_in        boolean     NOT NULL DEFAULT false,
  defaults        jsonb       NOT NULL DEFAULT '{}',
  version         integer     NOT NULL DEFAULT 1,
  created_by      text        NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  updated_at      timestamptz NOT NULL DEFAULT now(),
  UNIQUE (organization_id, name)
);

CREATE FUNCTION tollgate.add_environments(organization text) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  -- An id of the usual form: the organization's, its last character the environment's first.
  INSERT INTO tollgate.environment (id, organization_id, name, built_in, created_by)
  SELECT 'env_' || substr(organization, 5, 25) || left(name, 1), organization, name, true, 'system'
    FROM unnest(ARRAY['development', 'staging', 'production']) AS name
$$;

CREATE FUNCTION tollgate.organization_added() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM tollgate.add_environments(NEW.id);
  RETURN NULL;
END
$$;

REVOKE ALL ON FUNCTION tollgate.add_environments(text), tollgate.organization_added() FROM PUBLIC;

CREATE TRIGGER added AFTER INSERT ON tollgate.organization
  FOR EACH ROW EXECUTE FUNCTION tollgate.organization_added();

SELECT tollgate.add_environments(id) FROM tollgate.organization;

-- Any name went until now.
INSERT INTO tollgate.environment (id, organization_id, name, created_by)
SELECT 'env_0' || left(md5(organization_id || ' ' || name), 25), organization_id, name,
       'system'
  FROM (SELECT organization_id, environment AS name FROM tollgate.credential
        UNION SELECT organization_id, environment FROM tollgate.service) used
 WHERE name IS NOT NULL
    ON CONFLICT (organization_id, name) DO NOTHING;

-- An environment that is gone from what is ended leaves nothing there; what is alive keeps it from going.
ALTER TABLE tollgate.credential
  ADD CONSTRAINT credential_of_environment FOREIGN KEY (organization_id, environment)
    REFERENCES tollgate.environment (organization_id, name);
ALTER TABLE tollgate.service
  ADD CONSTRAINT service_of_environment FOREIGN KEY (organization_id, environment)
    REFERENCES tollgate.environment (organization_id, name);
ALTER TABLE tollgate.project_token
  ADD CONSTRAINT project_token_of_environment FOREIGN KEY (organization_id, environment)
    REFERENCES tollgate.environment (organization_id, name) ON DELETE SET NULL (environment);
CREATE INDEX credential_by_environment ON tollgate.credential (organization_id, environment);
CREATE INDEX service_by_environment ON tollgate.service (organization_id, environment);
CREATE INDEX project_token_by_environment ON tollgate.project_token (organization_id, environment)
  WHERE environment IS NOT NULL;

ALTER TABLE tollgate.virtual_key
  -- The key's document names its template by id; what is shown is the template's name of today.
  ADD COLUMN template_id text GENERATED ALWAYS AS (policy #>> '{permissions,inherit_from}') STORED,
  -- Overrides, then the key's own values, then its template's, then its environment's. Null: as policy.
  ADD COLUMN effective_policy jsonb,
  ADD CONSTRAINT virtual_key_of_template FOREIGN KEY (organization_id, template_id)
    REFERENCES tollgate.template (organization_id, id),
  ADD CONSTRAINT virtual_key_of_environment FOREIGN KEY (organization_id, environment)
    REFERENCES tollgate.environment (organization_id, name) ON DELETE SET NULL (environment);
CREATE INDEX virtual_key_by_template ON tollgate.virtual_key (template_id) WHERE template_id IS NOT NULL;
CREATE INDEX virtual_key_by_environment ON tollgate.virtual_key (organization_id, environment);

UPDATE tollgate.virtual_key SET effective_policy = policy;

-- --------------------------------------------------------------------------------------------------- grants ---------

GRANT SELECT, INSERT, UPDATE, DELETE ON tollgate.template, tollgate.environment TO tollgate_admin;
