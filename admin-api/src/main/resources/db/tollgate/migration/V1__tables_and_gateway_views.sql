-- Schema tollgate: the tables, which only the admin API sees. Schema gateway_v1: what the gateway sees of them, as
-- views with their owner's rights, so that the gateway's role holds no grant on any table. A view's columns are a
-- contract: a change that is not an addition at the end makes a gateway_v2.

-- ---------------------------------------------------------------------------------------------------- tables --------

CREATE TABLE tollgate.organization (
  id         text PRIMARY KEY,
  name       text        NOT NULL,
  policy     jsonb,
  version    integer     NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz
);

CREATE TABLE tollgate.project (
  id                    text PRIMARY KEY,
  organization_id       text        NOT NULL REFERENCES tollgate.organization,
  name                  text        NOT NULL,
  policy                jsonb,
  -- Tokens issued before this instant are refused ("revoke all").
  tokens_revoked_before timestamptz,
  version               integer     NOT NULL DEFAULT 1,
  created_at            timestamptz NOT NULL DEFAULT now(),
  updated_at            timestamptz NOT NULL DEFAULT now(),
  deleted_at            timestamptz
);
CREATE INDEX project_of_organization ON tollgate.project (organization_id, id);

-- Robots' keys (tga_…). No organization: every organization.
CREATE TABLE tollgate.admin_key (
  id              text PRIMARY KEY,
  organization_id text REFERENCES tollgate.organization,
  name            text        NOT NULL,
  role            text        NOT NULL CHECK (role IN ('owner', 'admin', 'developer', 'viewer')),
  -- The projects that a developer belongs to.
  project_ids     text[]      NOT NULL DEFAULT '{}',
  pepper_version  integer     NOT NULL,
  digest          bytea       NOT NULL,
  last4           text        NOT NULL,
  expires_at      timestamptz,
  revoked_at      timestamptz,
  version         integer     NOT NULL DEFAULT 1,
  created_by      text        NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  updated_at      timestamptz NOT NULL DEFAULT now(),
  UNIQUE (digest, pepper_version)
);
CREATE INDEX admin_key_of_organization ON tollgate.admin_key (organization_id, id);

-- One wrapped data key an owner: a project, or an organization's shared vault (no project). Deleting the row makes
-- everything sealed under it unreadable for good.
CREATE TABLE tollgate.data_key (
  id              text PRIMARY KEY,
  organization_id text        NOT NULL REFERENCES tollgate.organization,
  project_id      text REFERENCES tollgate.project,
  kek_id          text        NOT NULL,
  wrapped         bytea       NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  UNIQUE NULLS NOT DISTINCT (organization_id, project_id)
);

-- The shipped catalogue, written at each start of the admin API.
CREATE TABLE tollgate.provider_kind (
  name       text PRIMARY KEY,
  protocols  text[]      NOT NULL,
  auth       jsonb       NOT NULL,
  definition jsonb       NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE tollgate.credential (
  id              text PRIMARY KEY,
  organization_id text        NOT NULL REFERENCES tollgate.organization,
  project_id      text REFERENCES tollgate.project,
  name            text        NOT NULL CHECK (name ~ '^[A-Za-z0-9_.-]{1,64}$'),
  provider        text        NOT NULL REFERENCES tollgate.provider_kind,
  auth_method     text        NOT NULL,
  environment     text,
  expires_at      timestamptz,
  version         integer     NOT NULL DEFAULT 1,
  created_by      text        NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  updated_at      timestamptz NOT NULL DEFAULT now(),
  UNIQUE NULLS NOT DISTINCT (organization_id, project_id, name)
);

-- A value of a credential. The hosts stand here and not on the credential, because each sealed value binds the hosts
-- that held when it was sealed. Earlier versions stay, sealed, so that one can be restored.
CREATE TABLE tollgate.credential_version (
  credential_id text        NOT NULL REFERENCES tollgate.credential ON DELETE CASCADE,
  version       integer     NOT NULL CHECK (version > 0),
  sealed        bytea       NOT NULL,
  data_key_id   text        NOT NULL REFERENCES tollgate.data_key,
  allowed_hosts text[]      NOT NULL,
  fields        jsonb       NOT NULL DEFAULT '{}',
  masks         jsonb       NOT NULL DEFAULT '{}',
  current       boolean     NOT NULL,
  -- Until when a replaced version serves as fallback; null for the current one and for one out of use.
  valid_until   timestamptz,
  created_by    text        NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (credential_id, version),
  CHECK (NOT current OR valid_until IS NULL)
);
CREATE UNIQUE INDEX credential_has_one_current ON tollgate.credential_version (credential_id) WHERE current;
CREATE INDEX credential_version_under_data_key ON tollgate.credential_version (data_key_id);

CREATE TABLE tollgate.service (
  id                text PRIMARY KEY,
  organization_id   text        NOT NULL REFERENCES tollgate.organization,
  -- The project that owns it; null: the organization does.
  project_id        text REFERENCES tollgate.project,
  name              text        NOT NULL CHECK (name ~ '^[A-Za-z0-9_.-]{1,64}$'),
  provider          text        NOT NULL REFERENCES tollgate.provider_kind,
  -- As given; resolved_base_url is what holds: this, else the catalogue's with the credential's clear fields put in.
  base_url          text,
  resolved_base_url text        NOT NULL,
  credential_id     text REFERENCES tollgate.credential,
  auth              jsonb,
  headers           jsonb       NOT NULL DEFAULT '{}',
  models            jsonb,
  priority          integer     NOT NULL,
  weight            integer     NOT NULL DEFAULT 1,
  environment       text,
  timeouts          jsonb,
  version           integer     NOT NULL DEFAULT 1,
  created_by        text        NOT NULL,
  created_at        timestamptz NOT NULL DEFAULT now(),
  updated_at        timestamptz NOT NULL DEFAULT now(),
  UNIQUE (id, name)
);
CREATE INDEX service_of_organization ON tollgate.service (organization_id, id);
CREATE INDEX service_with_credential ON tollgate.service (credential_id);

-- Which projects see a service. The name is repeated so that /{service}/** is unambiguous in each project.
CREATE TABLE tollgate.service_project (
  project_id text NOT NULL REFERENCES tollgate.project,
  service_id text NOT NULL,
  name       text NOT NULL,
  PRIMARY KEY (project_id, service_id),
  UNIQUE (project_id, name),
  FOREIGN KEY (service_id, name) REFERENCES tollgate.service (id, name) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX service_project_by_service ON tollgate.service_project (service_id);

-- Credentials that a service's header templates name, beside its own.
CREATE TABLE tollgate.service_secret (
  service_id    text NOT NULL REFERENCES tollgate.service ON DELETE CASCADE,
  credential_id text NOT NULL REFERENCES tollgate.credential,
  PRIMARY KEY (service_id, credential_id)
);
CREATE INDEX service_secret_by_credential ON tollgate.service_secret (credential_id);

CREATE TABLE tollgate.virtual_key (
  id               text PRIMARY KEY,
  organization_id  text        NOT NULL REFERENCES tollgate.organization,
  type             text        NOT NULL CHECK (type IN ('project', 'team', 'organization', 'user')),
  -- The projects it may use, at least one for a project key; null: every project of its organization.
  project_ids      text[],
  name             text        NOT NULL,
  environment      text,
  expires_at       timestamptz,
  disabled         boolean     NOT NULL DEFAULT false,
  disabled_reason  text,
  auto_enable_at   timestamptz,
  revoked_at       timestamptz,
  revoked_reason   text,
  pending_approval boolean     NOT NULL DEFAULT false,
  policy           jsonb       NOT NULL,
  metadata         jsonb       NOT NULL DEFAULT '{}',
  last4            text        NOT NULL,
  version          integer     NOT NULL DEFAULT 1,
  created_by       text        NOT NULL,
  created_at       timestamptz NOT NULL DEFAULT now(),
  updated_at       timestamptz NOT NULL DEFAULT now(),
  CHECK (cardinality(project_ids) > 0),
  CHECK (type <> 'project' OR project_ids IS NOT NULL)
);
CREATE INDEX virtual_key_of_organization ON tollgate.virtual_key (organization_id, id);
CREATE INDEX virtual_key_of_project ON tollgate.virtual_key USING gin (project_ids);
CREATE INDEX virtual_key_to_enable ON tollgate.virtual_key (auto_enable_at) WHERE auto_enable_at IS NOT NULL;

-- The names that active keys hold: in each of its projects for a project key, in the organization for one of that. A
-- revoked key gives its names back; an expired one loses them when another key asks.
CREATE TABLE tollgate.virtual_key_name (
  place  text NOT NULL,
  name   text NOT NULL,
  key_id text NOT NULL REFERENCES tollgate.virtual_key ON DELETE CASCADE,
  PRIMARY KEY (place, name)
);
CREATE INDEX virtual_key_name_of_key ON tollgate.virtual_key_name (key_id);

-- Two rows while a rotated key is in its grace period: the old one with an end.
CREATE TABLE tollgate.virtual_key_digest (
  digest         bytea       NOT NULL,
  pepper_version integer     NOT NULL,
  key_id         text        NOT NULL REFERENCES tollgate.virtual_key ON DELETE CASCADE,
  valid_until    timestamptz,
  created_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (digest, pepper_version)
);
CREATE INDEX virtual_key_digest_of_key ON tollgate.virtual_key_digest (key_id);

CREATE TABLE tollgate.token_signing_key (
  kid        text PRIMARY KEY,
  algorithm  text        NOT NULL,
  public_jwk jsonb       NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  retired_at timestamptz
);

CREATE TABLE tollgate.project_token (
  jti                text PRIMARY KEY,
  organization_id    text        NOT NULL REFERENCES tollgate.organization,
  project_id         text        NOT NULL REFERENCES tollgate.project,
  environment        text,
  scope              text[]      NOT NULL DEFAULT '{}',
  max_cost_micro_usd bigint CHECK (max_cost_micro_usd >= 0),
  metadata           jsonb       NOT NULL DEFAULT '{}',
  expires_at         timestamptz NOT NULL,
  revoked_at         timestamptz,
  version            integer     NOT NULL DEFAULT 1,
  created_by         text        NOT NULL,
  created_at         timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX project_token_of_project ON tollgate.project_token (project_id, created_at DESC);
CREATE INDEX project_token_revoked ON tollgate.project_token (project_id, expires_at) WHERE revoked_at IS NOT NULL;

-- Apart from the rows they speak of: use is noted often, is no change of them, and must wake no gateway.
CREATE TABLE tollgate.last_use (
  subject_id   text PRIMARY KEY,
  last_used_at timestamptz NOT NULL
);

-- Answers to POSTs with an Idempotency-Key, kept 24 h, without the secrets that were shown once.
CREATE TABLE tollgate.idempotency (
  caller_id       text        NOT NULL,
  idempotency_key text        NOT NULL,
  pepper_version  integer     NOT NULL,
  request_digest  bytea       NOT NULL,
  status          integer     NOT NULL,
  answer          jsonb,
  created_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (caller_id, idempotency_key)
);
CREATE INDEX idempotency_by_age ON tollgate.idempotency (created_at);

CREATE TABLE tollgate.audit_event (
  id              text PRIMARY KEY,
  at              timestamptz NOT NULL DEFAULT now(),
  organization_id text,
  project_id      text,
  event_type      text        NOT NULL
    CHECK (event_type IN ('usage', 'permission_change', 'security_alert', 'lifecycle', 'access')),
  action          text        NOT NULL,
  resource_type   text        NOT NULL,
  resource_id     text,
  actor_type      text        NOT NULL,
  actor_id        text        NOT NULL,
  ip_address      text,
  request_id      text,
  before          jsonb,
  after           jsonb,
  details         jsonb       NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_event_of_organization ON tollgate.audit_event (organization_id, id DESC);
CREATE INDEX audit_event_of_resource ON tollgate.audit_event (resource_id, id DESC);

CREATE TABLE tollgate.usage_event (
  id                    text PRIMARY KEY,
  started_at            timestamptz NOT NULL,
  finished_at           timestamptz NOT NULL,
  request_id            text        NOT NULL,
  organization_id       text        NOT NULL,
  project_id            text        NOT NULL,
  key_id                text,
  token_jti             text,
  environment           text,
  service_id            text,
  service               text,
  provider              text,
  protocol              text        NOT NULL,
  operation             text        NOT NULL,
  model                 text,
  resolved_model        text,
  status                integer     NOT NULL,
  outcome               text        NOT NULL CHECK (outcome IN ('completed', 'failed', 'cancelled')),
  error_code            text,
  streamed              boolean     NOT NULL,
  input_tokens          bigint,
  output_tokens         bigint,
  cached_tokens         bigint,
  reasoning_tokens      bigint,
  cache_write_tokens    bigint,
  latency_ms            bigint      NOT NULL,
  time_to_first_token_ms bigint,
  attempts              integer     NOT NULL,
  cost_micro_usd        bigint,
  price_version         text,
  unpriced              boolean     NOT NULL DEFAULT true,
  metadata              jsonb       NOT NULL DEFAULT '{}'
);
CREATE INDEX usage_event_of_key ON tollgate.usage_event (key_id, started_at DESC, id DESC);
CREATE INDEX usage_event_of_project ON tollgate.usage_event (project_id, started_at DESC, id DESC);
CREATE INDEX usage_event_of_organization ON tollgate.usage_event (organization_id, started_at DESC, id DESC);

-- What the gateway tells the admin API; drained by it.
CREATE TABLE tollgate.inbox (
  id              text PRIMARY KEY,
  at              timestamptz NOT NULL,
  kind            text        NOT NULL
    CHECK (kind IN ('key_used', 'credential_used', 'credential_refused', 'security_event')),
  organization_id text,
  key_id          text,
  credential_id   text,
  details         jsonb
);

-- --------------------------------------------------------------------------------------------- change log -----------

-- What a gateway must forget, and in which transaction it was changed. A reader that polls with the oldest
-- transaction still open at its last poll (pg_snapshot_xmin) misses none, whatever the order of commits.
CREATE TABLE tollgate.change (
  xid    xid8        NOT NULL DEFAULT pg_current_xact_id(),
  target text        NOT NULL,
  at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX change_by_transaction ON tollgate.change (xid);
CREATE INDEX change_by_age ON tollgate.change (at);

CREATE FUNCTION tollgate.note_change(changed text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- Once a transaction and target is enough; NOTIFY folds its repetitions itself.
  IF NOT EXISTS (SELECT FROM tollgate.change WHERE xid = pg_current_xact_id() AND target = changed) THEN
    INSERT INTO tollgate.change (target) VALUES (changed);
  END IF;
  PERFORM pg_notify('tollgate_change', changed);
END
$$;

CREATE FUNCTION tollgate.owner_target(organization_id text, project_id text) RETURNS text
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN project_id IS NULL THEN 'organization:' || organization_id ELSE 'project:' || project_id END
$$;

-- Of every table whose rows are told by their own id: TG_ARGV[0] is the target's prefix, TG_ARGV[1] the column.
CREATE FUNCTION tollgate.row_changed() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    PERFORM tollgate.note_change(TG_ARGV[0] || ':' || (to_jsonb(OLD) ->> TG_ARGV[1]));
  END IF;
  IF TG_OP <> 'DELETE' THEN
    PERFORM tollgate.note_change(TG_ARGV[0] || ':' || (to_jsonb(NEW) ->> TG_ARGV[1]));
  END IF;
  RETURN NULL;
END
$$;

-- Of tables with organization_id and project_id.
CREATE FUNCTION tollgate.owned_row_changed() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    PERFORM tollgate.note_change(tollgate.owner_target(OLD.organization_id, OLD.project_id));
  END IF;
  IF TG_OP <> 'DELETE' THEN
    PERFORM tollgate.note_change(tollgate.owner_target(NEW.organization_id, NEW.project_id));
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION tollgate.credential_version_changed() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- With the credential itself gone (cascade), its own trigger has told of it.
  PERFORM tollgate.note_change(tollgate.owner_target(c.organization_id, c.project_id))
    FROM tollgate.credential c
   WHERE c.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.credential_id ELSE NEW.credential_id END;
  RETURN NULL;
END
$$;

-- Keys that hold for all projects of their organization change with the set of projects.
CREATE FUNCTION tollgate.project_set_changed() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM tollgate.note_change('key:' || k.id)
    FROM tollgate.virtual_key k
   WHERE k.organization_id = NEW.organization_id AND k.revoked_at IS NULL
     AND (k.project_ids IS NULL OR NEW.id = ANY (k.project_ids));
  RETURN NULL;
END
$$;

CREATE FUNCTION tollgate.organization_ended() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM tollgate.note_change('key:' || k.id)
    FROM tollgate.virtual_key k WHERE k.organization_id = NEW.id AND k.revoked_at IS NULL;
  PERFORM tollgate.note_change('project:' || p.id)
    FROM tollgate.project p WHERE p.organization_id = NEW.id AND p.deleted_at IS NULL;
  RETURN NULL;
END
$$;

CREATE FUNCTION tollgate.provider_kind_changed() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM tollgate.note_change('organization:' || s.organization_id)
    FROM (SELECT DISTINCT organization_id FROM tollgate.service WHERE provider = NEW.name) s;
  RETURN NULL;
END
$$;

CREATE FUNCTION tollgate.token_key_changed() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM tollgate.note_change('token-keys');
  RETURN NULL;
END
$$;

CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON tollgate.virtual_key
  FOR EACH ROW EXECUTE FUNCTION tollgate.row_changed('key', 'id');
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON tollgate.virtual_key_digest
  FOR EACH ROW EXECUTE FUNCTION tollgate.row_changed('key', 'key_id');
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON tollgate.organization
  FOR EACH ROW EXECUTE FUNCTION tollgate.row_changed('organization', 'id');
CREATE TRIGGER ended AFTER UPDATE ON tollgate.organization
  FOR EACH ROW WHEN (OLD.deleted_at IS DISTINCT FROM NEW.deleted_at)
  EXECUTE FUNCTION tollgate.organization_ended();
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON tollgate.project
  FOR EACH ROW EXECUTE FUNCTION tollgate.row_changed('project', 'id');
CREATE TRIGGER added AFTER INSERT ON tollgate.project
  FOR EACH ROW EXECUTE FUNCTION tollgate.project_set_changed();
CREATE TRIGGER ended AFTER UPDATE ON tollgate.project
  FOR EACH ROW WHEN (OLD.deleted_at IS DISTINCT FROM NEW.deleted_at)
  EXECUTE FUNCTION tollgate.project_set_changed();
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON tollgate.service
  FOR EACH ROW EXECUTE FUNCTION tollgate.owned_row_changed();
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON tollgate.service_project
  FOR EACH ROW EXECUTE FUNCTION tollgate.row_changed('project', 'project_id');
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON tollgate.credential
  FOR EACH ROW EXECUTE FUNCTION tollgate.owned_row_changed();
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON tollgate.credential_version
  FOR EACH ROW EXECUTE FUNCTION tollgate.credential_version_changed();
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON tollgate.data_key
  FOR EACH ROW EXECUTE FUNCTION tollgate.owned_row_changed();
CREATE TRIGGER changed AFTER UPDATE ON tollgate.provider_kind
  FOR EACH ROW WHEN (OLD.definition IS DISTINCT FROM NEW.definition OR OLD.auth IS DISTINCT FROM NEW.auth
                     OR OLD.protocols IS DISTINCT FROM NEW.protocols)
  EXECUTE FUNCTION tollgate.provider_kind_changed();
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON tollgate.token_signing_key
  FOR EACH ROW EXECUTE FUNCTION tollgate.token_key_changed();
-- A token that is issued changes nothing for a gateway; one that is revoked does.
CREATE TRIGGER changed AFTER UPDATE ON tollgate.project_token
  FOR EACH ROW WHEN (OLD.revoked_at IS DISTINCT FROM NEW.revoked_at)
  EXECUTE FUNCTION tollgate.row_changed('project', 'project_id');

-- ------------------------------------------------------------------------------------------ gateway's views ---------

CREATE VIEW gateway_v1.virtual_key AS
SELECT d.digest,
       d.pepper_version,
       d.valid_until                                             AS digest_valid_until,
       k.id                                                      AS key_id,
       k.organization_id,
       k.type,
       ARRAY(SELECT p.id FROM tollgate.project p
              WHERE p.organization_id = k.organization_id AND p.deleted_at IS NULL
                AND (k.project_ids IS NULL OR p.id = ANY (k.project_ids))
              ORDER BY p.id)                                     AS project_ids,
       k.environment,
       k.expires_at,
       k.disabled,
       k.auto_enable_at,
       coalesce(k.revoked_at, o.deleted_at,
                (SELECT max(p.deleted_at) FROM tollgate.project p
                  WHERE k.type = 'project' AND p.id = ANY (k.project_ids)
                 HAVING bool_and(p.deleted_at IS NOT NULL)))     AS revoked_at,
       k.pending_approval,
       k.policy,
       NULL::jsonb                                               AS team_policy,
       k.metadata
  FROM tollgate.virtual_key_digest d
  JOIN tollgate.virtual_key k ON k.id = d.key_id
  JOIN tollgate.organization o ON o.id = k.organization_id;

CREATE VIEW gateway_v1.project AS
SELECT p.id AS project_id,
       p.organization_id,
       p.policy,
       o.policy AS organization_policy,
       p.tokens_revoked_before,
       -- Longer than they last: a verifier allows for clocks that differ, and takes a token a while after its end.
       ARRAY(SELECT t.jti FROM tollgate.project_token t
              WHERE t.project_id = p.id AND t.revoked_at IS NOT NULL AND t.expires_at > now() - interval '10 min'
              ORDER BY t.jti) AS revoked_jtis
  FROM tollgate.project p
  JOIN tollgate.organization o ON o.id = p.organization_id
 WHERE p.deleted_at IS NULL AND o.deleted_at IS NULL;

CREATE VIEW gateway_v1.service AS
SELECT sp.project_id,
       s.id                   AS service_id,
       s.organization_id,
       s.name,
       s.provider,
       k.protocols,
       s.resolved_base_url    AS base_url,
       coalesce(s.auth, k.auth) AS auth,
       s.headers,
       s.models,
       s.priority,
       s.weight,
       s.environment,
       s.timeouts,
       s.credential_id,
       k.definition
  FROM tollgate.service_project sp
  JOIN tollgate.service s ON s.id = sp.service_id
  JOIN tollgate.provider_kind k ON k.name = s.provider
  JOIN tollgate.project p ON p.id = sp.project_id
  JOIN tollgate.organization o ON o.id = p.organization_id
 WHERE p.deleted_at IS NULL AND o.deleted_at IS NULL;

CREATE VIEW gateway_v1.credential AS
SELECT c.id AS credential_id,
       c.organization_id,
       c.project_id,
       c.name,
       c.environment,
       c.expires_at,
       v.allowed_hosts,
       v.fields,
       v.version,
       v.sealed,
       v.data_key_id,
       v.valid_until,
       v.current
  FROM tollgate.credential c
  JOIN tollgate.credential_version v ON v.credential_id = c.id
 WHERE v.current OR v.valid_until > now();

CREATE VIEW gateway_v1.data_key AS
SELECT id AS data_key_id, organization_id, project_id, kek_id, wrapped FROM tollgate.data_key;

CREATE VIEW gateway_v1.token_key AS
SELECT kid, algorithm, public_jwk, retired_at FROM tollgate.token_signing_key;

CREATE VIEW gateway_v1.change AS
SELECT xid, target FROM tollgate.change;

CREATE VIEW gateway_v1.usage_event AS
SELECT id, started_at, finished_at, request_id, organization_id, project_id, key_id, token_jti, environment,
       service_id, service, provider, protocol, operation, model, resolved_model, status, outcome, error_code,
       streamed, input_tokens, output_tokens, cached_tokens, reasoning_tokens, cache_write_tokens, latency_ms,
       time_to_first_token_ms, attempts, cost_micro_usd, price_version, unpriced, metadata
  FROM tollgate.usage_event;

CREATE VIEW gateway_v1.inbox AS
SELECT id, at, kind, organization_id, key_id, credential_id, details FROM tollgate.inbox;

-- --------------------------------------------------------------------------------------------------- grants ---------

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA tollgate FROM PUBLIC;

GRANT USAGE ON SCHEMA tollgate TO tollgate_admin;
GRANT SELECT, INSERT, UPDATE, DELETE ON
  tollgate.organization, tollgate.project, tollgate.admin_key, tollgate.data_key, tollgate.provider_kind,
  tollgate.credential, tollgate.credential_version, tollgate.service, tollgate.service_project,
  tollgate.service_secret, tollgate.virtual_key, tollgate.virtual_key_name, tollgate.virtual_key_digest,
  tollgate.token_signing_key,
  tollgate.project_token, tollgate.last_use, tollgate.idempotency
  TO tollgate_admin;
-- Neither the log of changes nor the audit can be rewritten by the application that fills them.
GRANT SELECT, DELETE ON tollgate.change, tollgate.inbox TO tollgate_admin;
GRANT SELECT, INSERT ON tollgate.audit_event TO tollgate_admin;
GRANT SELECT ON tollgate.usage_event TO tollgate_admin;

GRANT USAGE ON SCHEMA gateway_v1 TO tollgate_gateway;
GRANT SELECT ON
  gateway_v1.virtual_key, gateway_v1.project, gateway_v1.service, gateway_v1.credential, gateway_v1.data_key,
  gateway_v1.token_key, gateway_v1.change
  TO tollgate_gateway;
-- ON CONFLICT (id) reads the id.
GRANT INSERT, SELECT (id) ON gateway_v1.usage_event TO tollgate_gateway;
GRANT INSERT ON gateway_v1.inbox TO tollgate_gateway;
