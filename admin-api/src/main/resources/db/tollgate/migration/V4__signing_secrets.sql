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

-- ------------------------------------------------------------------------------------------ gateway's views ---------

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
       k.revoke_immediately,
       (SELECT jsonb_agg(jsonb_build_object('version', s.version, 'project_id', s.project_id,
                                            'sealed', encode(s.sealed, 'hex'), 'valid_until', s.valid_until,
                                            'data_key_id', d.id, 'kek_id', d.kek_id,
                                            'wrapped', encode(d.wrapped, 'hex')) ORDER BY s.version DESC)
          FROM tollgate.signing_secret s JOIN tollgate.data_key d ON d.id = s.data_key_id
         WHERE s.key_id = k.id)                                  AS signing_secrets
  FROM tollgate.virtual_key_digest d
  JOIN tollgate.virtual_key k ON k.id = d.key_id
  JOIN tollgate.organization o ON o.id = k.organization_id
  LEFT JOIN tollgate.team t ON t.id = k.team_id
  LEFT JOIN tollgate.member m ON m.id = k.user_id;

-- --------------------------------------------------------------------------------------------------- grants ---------

GRANT SELECT, INSERT, UPDATE, DELETE ON tollgate.signing_secret TO tollgate_admin;
