-- A key of any type that names projects ends with the last of them; one that names none holds in those to come.

UPDATE tollgate.virtual_key k
   SET revoked_at = now(), revoked_reason = 'project deleted', version = version + 1, updated_at = now()
 WHERE k.revoked_at IS NULL AND cardinality(k.project_ids) > 0
   AND NOT EXISTS (SELECT FROM tollgate.project p WHERE p.id = ANY (k.project_ids) AND p.deleted_at IS NULL);

DELETE FROM tollgate.virtual_key_name n USING tollgate.virtual_key k
 WHERE n.key_id = k.id AND k.revoked_at IS NOT NULL;

-- policy is the one that holds in the end. require_approval is for the admin API; the gateway sees whether the key waits.
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
                  WHERE p.id = ANY (k.project_ids)
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
         WHERE s.key_id = k.id)                                  AS signing_secrets,
       k.team_id
  FROM tollgate.virtual_key_digest d
  JOIN tollgate.virtual_key k ON k.id = d.key_id
  JOIN tollgate.organization o ON o.id = k.organization_id
  LEFT JOIN tollgate.team t ON t.id = k.team_id
  LEFT JOIN tollgate.member m ON m.id = k.user_id;
