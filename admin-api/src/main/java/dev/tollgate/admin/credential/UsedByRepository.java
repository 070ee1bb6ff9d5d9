package dev.tollgate.admin.credential;

import dev.tollgate.admin.credential.Credential.UsedBy;
import dev.tollgate.admin.schema.Rows;
import io.r2dbc.spi.Readable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Finds what stands on a credential: services, and the projects and keys behind them. */
@Component
class UsedByRepository {

  private static final String FIND =
      """
      SELECT used.credential_id, s.id, s.name, p.projects,
        ARRAY(SELECT k.id FROM tollgate.virtual_key k
               WHERE k.organization_id = s.organization_id AND k.revoked_at IS NULL
                 AND ((k.project_ids IS NULL AND cardinality(p.projects) > 0) OR k.project_ids && p.projects)
               ORDER BY k.id LIMIT 100) AS keys
      FROM (SELECT credential_id, id AS service_id FROM tollgate.service WHERE credential_id = ANY (:ids)
            UNION
            SELECT credential_id, service_id FROM tollgate.service_secret WHERE credential_id = ANY (:ids)) used
        JOIN tollgate.service s ON s.id = used.service_id
        CROSS JOIN LATERAL (SELECT ARRAY(SELECT sp.project_id FROM tollgate.service_project sp
                                          WHERE sp.service_id = s.id ORDER BY 1) AS projects) p
      ORDER BY s.id\
      """;

  private final DatabaseClient database;

  UsedByRepository(DatabaseClient database) {
    this.database = database;
  }

  /** By credential; one that nothing uses is not in the map. */
  Mono<Map<String, Collection<UsedBy>>> find(List<String> credentialIds) {
    return database
        .sql(FIND)
        .bind("ids", Rows.array(credentialIds))
        .map(row -> Map.entry(Rows.text(row, "credential_id"), usedBy(row)))
        .all()
        .collectMultimap(Map.Entry::getKey, Map.Entry::getValue);
  }

  Mono<List<UsedBy>> find(String credentialId) {
    return find(List.of(credentialId))
        .map(found -> new ArrayList<>(found.getOrDefault(credentialId, List.of())));
  }

  private static UsedBy usedBy(Readable row) {
    return new UsedBy(
        Rows.text(row, "id"),
        Rows.text(row, "name"),
        Rows.texts(row, "projects"),
        Rows.texts(row, "keys"));
  }
}
