-- How long a token of the project may last at most; 90 days is also the most that a project can ask for.
ALTER TABLE tollgate.project ADD COLUMN max_token_ttl_seconds bigint NOT NULL DEFAULT 7776000
  CHECK (max_token_ttl_seconds BETWEEN 1 AND 7776000);

CREATE INDEX audit_event_of_project ON tollgate.audit_event (project_id, id DESC) WHERE project_id IS NOT NULL;
