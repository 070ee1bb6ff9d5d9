-- Requests as the audit knows them, where a policy asks for it. Apart from the audit of changes: of these rows there may
-- be one a request, and they end with the retention of the policy, while that one is never rewritten.

CREATE TABLE tollgate.access_event (
  id              text PRIMARY KEY,
  at              timestamptz NOT NULL,
  request_id      text        NOT NULL,
  organization_id text        NOT NULL,
  -- Null: refused before it was settled.
  project_id      text,
  caller_type     text        NOT NULL CHECK (caller_type IN ('virtual_key', 'project_token')),
  caller_id       text        NOT NULL,
  ip_address      text,
  outcome         text        NOT NULL CHECK (outcome IN ('completed', 'refused', 'failed', 'cancelled')),
  details         jsonb
);
CREATE INDEX access_event_by_age ON tollgate.access_event (at);
CREATE INDEX access_event_of_caller ON tollgate.access_event (caller_id, id DESC);
CREATE INDEX access_event_of_project ON tollgate.access_event (project_id, id DESC) WHERE project_id IS NOT NULL;
CREATE INDEX access_event_of_organization ON tollgate.access_event (organization_id, id DESC);

CREATE VIEW gateway_v1.access_event AS
SELECT id, at, request_id, organization_id, project_id, caller_type, caller_id, ip_address, outcome, details
  FROM tollgate.access_event;

-- Both as one list.
CREATE VIEW tollgate.audit_trail AS
SELECT id, at, organization_id, project_id, event_type, action, resource_type, resource_id, actor_type, actor_id,
       ip_address, request_id, before, after, details
  FROM tollgate.audit_event
UNION ALL
SELECT id, at, organization_id, project_id, 'access', 'request.' || outcome,
       CASE caller_type WHEN 'virtual_key' THEN 'key' ELSE 'token' END, caller_id, caller_type, caller_id,
       ip_address, request_id, NULL::jsonb, NULL::jsonb, coalesce(details, '{}')
  FROM tollgate.access_event;

-- --------------------------------------------------------------------------------------------- retention ------------

-- For how many days rows are kept, where a document says so; of several that stand over a row the shortest holds.
CREATE VIEW tollgate.retention AS
SELECT 'key' AS level, k.id AS subject_id,
       least((coalesce(k.effective_policy, k.policy) #>> '{security,audit,retention_days}')::integer,
             (t.policy #>> '{security,audit,retention_days}')::integer) AS days
  FROM tollgate.virtual_key k
  LEFT JOIN tollgate.team t ON t.id = k.team_id
UNION ALL
SELECT 'project', p.id, (p.policy #>> '{security,audit,retention_days}')::integer FROM tollgate.project p
UNION ALL
SELECT 'organization', o.id, (o.policy #>> '{security,audit,retention_days}')::integer FROM tollgate.organization o;

-- Of one row; null: no document says so.
CREATE FUNCTION tollgate.retention_days(key_id text, project_id text, organization_id text) RETURNS integer
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT least((SELECT r.days FROM tollgate.retention r WHERE r.level = 'key' AND r.subject_id = $1),
               (SELECT r.days FROM tollgate.retention r WHERE r.level = 'project' AND r.subject_id = $2),
               (SELECT r.days FROM tollgate.retention r WHERE r.level = 'organization' AND r.subject_id = $3))
$$;

-- Below every id of an event from then on: the time of a ULID stands in its first ten characters.
CREATE FUNCTION tollgate.first_event_id(since timestamptz) RETURNS text
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT 'evt_' || string_agg(
           substr('0123456789abcdefghjkmnpqrstvwxyz',
                  ((floor(extract(epoch FROM since) * 1000)::bigint >> (5 * place)) & 31)::integer + 1, 1),
           '' ORDER BY place DESC)
    FROM generate_series(0, 9) AS place
$$;

CREATE INDEX body_of_key_by_age ON tollgate.body (key_id, at);
CREATE INDEX body_of_project_by_age ON tollgate.body (project_id, at);
CREATE INDEX body_of_organization_by_age ON tollgate.body (organization_id, at);

-- -------------------------------------------------------------------------------------------- suspicious use --------

-- From where a key was used; of IPv6 the network.
CREATE TABLE tollgate.key_place (
  key_id        text        NOT NULL,
  kind          text        NOT NULL CHECK (kind IN ('address', 'country')),
  place         text        NOT NULL,
  first_seen_at timestamptz NOT NULL,
  last_seen_at  timestamptz NOT NULL,
  -- Of the first request from there.
  ip_address    text,
  request_id    text,
  -- Whether an alert has named it, or none needs to: the first places of a key are new to nobody.
  settled       boolean     NOT NULL,
  PRIMARY KEY (key_id, kind, place)
);
CREATE INDEX key_place_unsettled ON tollgate.key_place (key_id) WHERE NOT settled;
CREATE INDEX key_place_by_age ON tollgate.key_place (last_seen_at);

-- Refusals of a key within ten seconds.
CREATE TABLE tollgate.key_refusals (
  key_id     text        NOT NULL,
  since      timestamptz NOT NULL,
  refusals   bigint      NOT NULL,
  -- Of the last one.
  ip_address text,
  request_id text,
  PRIMARY KEY (key_id, since)
);
CREATE INDEX key_refusals_by_age ON tollgate.key_refusals (since);

-- When a finding was last told: once in a while of each subject, not each time.
CREATE TABLE tollgate.finding (
  subject_id text        NOT NULL,
  reason     text        NOT NULL,
  told_at    timestamptz NOT NULL,
  PRIMARY KEY (subject_id, reason)
);

ALTER TABLE tollgate.inbox DROP CONSTRAINT inbox_kind_check;
ALTER TABLE tollgate.inbox ADD CONSTRAINT inbox_kind_check
  CHECK (kind IN ('key_used', 'credential_used', 'credential_refused', 'security_event', 'key_seen', 'key_refused'));

-- --------------------------------------------------------------------------------------------------- grants ---------

REVOKE ALL ON FUNCTION tollgate.retention_days(text, text, text), tollgate.first_event_id(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tollgate.retention_days(text, text, text), tollgate.first_event_id(timestamptz)
  TO tollgate_admin;
GRANT SELECT ON tollgate.audit_trail, tollgate.retention TO tollgate_admin;
GRANT SELECT, DELETE ON tollgate.access_event TO tollgate_admin;
GRANT SELECT, INSERT, UPDATE, DELETE ON tollgate.key_place, tollgate.key_refusals, tollgate.finding TO tollgate_admin;
GRANT INSERT, SELECT (id) ON gateway_v1.access_event TO tollgate_gateway;
