-- Teams, members, whose a key is, and keys that wait for somebody's approval.

CREATE TABLE tollgate.team (
  id              text PRIMARY KEY,
  organization_id text        NOT NULL REFERENCES tollgate.organization,
  name            text        NOT NULL,
  -- The projects it works in; its keys hold in none but these.
  project_ids     text[]      NOT NULL DEFAULT '{}',
  policy          jsonb,
  version         integer     NOT NULL DEFAULT 1,
  created_at      timestamptz NOT NULL DEFAULT now(),
  updated_at      timestamptz NOT NULL DEFAULT now(),
  deleted_at      timestamptz
);
CREATE INDEX team_of_organization ON tollgate.team (organization_id, id);

CREATE TABLE tollgate.member (
  id              text PRIMARY KEY,
  organization_id text        NOT NULL REFERENCES tollgate.organization,
  type            text        NOT NULL CHECK (type IN ('person', 'robot')),
  name            text        NOT NULL,
  email           text,
  -- Of the identity provider.
  subject         text,
  role            text        NOT NULL CHECK (role IN ('owner', 'admin', 'developer', 'viewer')),
  -- A developer belongs to these and to the projects of these teams.
  project_ids     text[]      NOT NULL DEFAULT '{}',
  team_ids        text[]      NOT NULL DEFAULT '{}',
  disabled        boolean     NOT NULL DEFAULT false,
  version         integer     NOT NULL DEFAULT 1,
  created_by      text        NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  updated_at      timestamptz NOT NULL DEFAULT now(),
  deleted_at      timestamptz
);
CREATE INDEX member_of_organization ON tollgate.member (organization_id, id);
CREATE UNIQUE INDEX member_by_email ON tollgate.member (organization_id, lower(email)) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX member_by_subject ON tollgate.member (organization_id, subject) WHERE deleted_at IS NULL;

-- A key of a member has the member's role and projects, whatever they become; one of no organization has a role itself.
ALTER TABLE tollgate.admin_key ADD COLUMN member_id text REFERENCES tollgate.member;
CREATE INDEX admin_key_of_member ON tollgate.admin_key (member_id);

INSERT INTO tollgate.member (id, organization_id, type, name, role, project_ids, created_by, created_at)
SELECT 'usr_' || substr(id, 5), organization_id, 'robot', name, role, project_ids, created_by, created_at
  FROM tollgate.admin_key WHERE organization_id IS NOT NULL AND revoked_at IS NULL;
UPDATE tollgate.admin_key SET member_id = 'usr_' || substr(id, 5)
 WHERE organization_id IS NOT NULL AND revoked_at IS NULL;
ALTER TABLE tollgate.admin_key
  ALTER COLUMN role DROP NOT NULL,
  ADD CHECK (role IS NOT NULL OR member_id IS NOT NULL);

ALTER TABLE tollgate.virtual_key
  ADD COLUMN team_id            text REFERENCES tollgate.team,
  ADD COLUMN user_id            text REFERENCES tollgate.member,
  -- [{user_id, role, can_manage_key}]
  ADD COLUMN members            jsonb   NOT NULL DEFAULT '[]',
  -- Who made it or widened it since its last approval, and so may not give the next.
  ADD COLUMN authors            text[]  NOT NULL DEFAULT '{}',
  ADD COLUMN approved_at        timestamptz,
  ADD COLUMN approved_by        text,
  -- Whether streams in flight end with the key.
  ADD COLUMN revoke_immediately boolean NOT NULL DEFAULT true,
  ADD CHECK (type <> 'team' OR team_id IS NOT NULL),
  ADD CHECK (type <> 'user' OR (user_id IS NOT NULL AND project_ids IS NOT NULL));
CREATE INDEX virtual_key_of_team ON tollgate.virtual_key (team_id) WHERE team_id IS NOT NULL;
CREATE INDEX virtual_key_of_user ON tollgate.virtual_key (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX virtual_key_with_member ON tollgate.virtual_key USING gin (members jsonb_path_ops);

-- --------------------------------------------------------------------------------------------- change log -----------

-- Its keys, and those of its members: a developer's own keys hold where the developer does.
CREATE FUNCTION tollgate.team_changed() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM tollgate.note_change('key:' || k.id)
    FROM tollgate.virtual_key k
   WHERE k.revoked_at IS NULL
     AND (k.team_id = NEW.id
          OR k.user_id IN (SELECT m.id FROM tollgate.member m
                            WHERE m.organization_id = NEW.organization_id AND NEW.id = ANY (m.team_ids)));
  RETURN NULL;
END
$$;

CREATE FUNCTION tollgate.member_changed() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM tollgate.note_change('key:' || k.id)
    FROM tollgate.virtual_key k WHERE k.user_id = NEW.id AND k.revoked_at IS NULL;
  RETURN NULL;
END
$$;

REVOKE ALL ON FUNCTION tollgate.team_changed(), tollgate.member_changed() FROM PUBLIC;

CREATE TRIGGER changed AFTER UPDATE ON tollgate.team
  FOR EACH ROW EXECUTE FUNCTION tollgate.team_changed();
CREATE TRIGGER changed AFTER UPDATE ON tollgate.member
  FOR EACH ROW EXECUTE FUNCTION tollgate.member_changed();

-- ------------------------------------------------------------------------------------------ gateway's views ---------

CREATE OR REPLACE VIEW gateway_v1.project AS
SELECT p.id AS project_id,
       p.organization_id,
       p.policy #- '{permissions,require_approval}' AS policy,
       o.policy #- '{permissions,require_approval}' AS organization_policy,
       p.tokens_revoked_before,
       ARRAY(SELECT t.jti FROM tollgate.project_token t
              WHERE t.project_id = p.id AND t.revoked_at IS NOT NULL AND t.expires_at > now() - interval '10 min'
              ORDER BY t.jti) AS revoked_jtis
  FROM tollgate.project p
  JOIN tollgate.organization o ON o.id = p.organization_id
 WHERE p.deleted_at IS NULL AND o.deleted_at IS NULL;

-- --------------------------------------------------------------------------------------------------- grants ---------

GRANT SELECT, INSERT, UPDATE, DELETE ON tollgate.team, tollgate.member TO tollgate_admin;
