-- Bodies of requests and answers, kept where a key's policy asks for it: sealed by the gateway under the project's data
-- key, so that they end with it.

CREATE TABLE tollgate.body (
  id               text PRIMARY KEY,
  at               timestamptz NOT NULL,
  request_id       text        NOT NULL,
  organization_id  text        NOT NULL,
  project_id       text        NOT NULL,
  key_id           text,
  token_jti        text,
  part             text        NOT NULL CHECK (part IN ('request', 'response')),
  content_type     text,
  content_encoding text,
  length           integer     NOT NULL,
  truncated        boolean     NOT NULL,
  data_key_id      text        NOT NULL REFERENCES tollgate.data_key ON DELETE CASCADE,
  sealed           bytea       NOT NULL
);
CREATE INDEX body_of_key ON tollgate.body (key_id, id DESC);
CREATE INDEX body_by_age ON tollgate.body (at);
CREATE INDEX body_under_data_key ON tollgate.body (data_key_id);

CREATE VIEW gateway_v1.body AS
SELECT id, at, request_id, organization_id, project_id, key_id, token_jti, part, content_type, content_encoding,
       length, truncated, data_key_id, sealed
  FROM tollgate.body;

GRANT INSERT, SELECT (id) ON gateway_v1.body TO tollgate_gateway;
GRANT SELECT, DELETE ON tollgate.body TO tollgate_admin;
-- A key that may delete its own usage, and the end of its retention.
GRANT DELETE ON tollgate.usage_event TO tollgate_admin;
-- A virtual key that calls the admin API for itself is judged by what the gateway judges it by.
GRANT USAGE ON SCHEMA gateway_v1 TO tollgate_admin;
GRANT SELECT ON gateway_v1.virtual_key, gateway_v1.project TO tollgate_admin;
