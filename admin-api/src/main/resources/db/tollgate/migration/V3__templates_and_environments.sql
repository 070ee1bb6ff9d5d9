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

-- ------------------------------------------------------------------------------------------ gateway's views ---------

-- As before, but for policy: the one that holds in the end.
CREATE OR REPLACE VIEW gateway_v1.virtual_key AS
SELECT d.digest,
       d.pepper_version,
       d.valid_until                                             AS digest_valid_until,
       k.id                                                      AS key_id,
       k.organization_id,
       k.type,
       ARRAY(SELECT p.id FROM tollgate.project p
              WHERE p.organization_id = k.organization_id AND p.deleted_at IS NULL
                AND (k.project_ids IS NULL OR p.id = ANY (k.project_ids))
                AND (k.team_id IS NULL OR p.id = ANY (t.project_ids))
                AND (k.user_id IS NULL OR m.role <> 'developer' OR p.id = ANY (m.project_ids)
                     OR EXISTS (SELECT FROM tollgate.team its
                                 WHERE its.id = ANY (m.team_ids) AND its.deleted_at IS NULL
                                   AND p.id = ANY (its.project_ids)))
              ORDER BY p.id)                                     AS project_ids,
       k.environment,
       k.expires_at,
       k.disabled OR coalesce(m.disabled, false)                 AS disabled,
       CASE WHEN m.disabled THEN NULL ELSE k.auto_enable_at END  AS auto_enable_at,
       coalesce(k.revoked_at, o.deleted_at, t.deleted_at, m.deleted_at,
                (SELECT max(p.deleted_at) FROM tollgate.project p
                  WHERE k.type IN ('project', 'user') AND p.id = ANY (k.project_ids)
                 HAVING bool_and(p.deleted_at IS NOT NULL)))     AS revoked_at,
       k.pending_approval,
       coalesce(k.effective_policy, k.policy) #- '{permissions,require_approval}' AS policy,
       t.policy #- '{permissions,require_approval}'              AS team_policy,
       k.metadata,
       k.revoke_immediately
  FROM tollgate.virtual_key_digest d
  JOIN tollgate.virtual_key k ON k.id = d.key_id
  JOIN tollgate.organization o ON o.id = k.organization_id
  LEFT JOIN tollgate.team t ON t.id = k.team_id
  LEFT JOIN tollgate.member m ON m.id = k.user_id;

-- --------------------------------------------------------------------------------------------------- grants ---------

GRANT SELECT, INSERT, UPDATE, DELETE ON tollgate.template, tollgate.environment TO tollgate_admin;
