package dev.tollgate.admin.virtualkey.inheritance;

/** The statements that find what stands on a template or an environment. */
final class Dependants {

  static final String OF_TEMPLATE =
      """
      SELECT 'key' AS type, id, name FROM tollgate.virtual_key
       WHERE template_id = :id AND revoked_at IS NULL ORDER BY id LIMIT 100
      """;

  // an expired key is one that can be given more time
  static final String OF_ENVIRONMENT =
      """
      SELECT type, id, name FROM (
        SELECT 'key' AS type, id, name FROM tollgate.virtual_key
         WHERE organization_id = :id AND environment = :name AND revoked_at IS NULL
        UNION ALL
        SELECT 'credential', id, name FROM tollgate.credential WHERE organization_id = :id AND environment = :name
        UNION ALL
        SELECT 'service', id, name FROM tollgate.service WHERE organization_id = :id AND environment = :name
        UNION ALL
        SELECT 'token', jti, NULL FROM tollgate.project_token
         WHERE organization_id = :id AND environment = :name AND revoked_at IS NULL AND expires_at > now()
      ) dependant ORDER BY type, id LIMIT 100
      """;

  private Dependants() {}
}
