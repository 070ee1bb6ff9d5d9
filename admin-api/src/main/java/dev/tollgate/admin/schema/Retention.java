package dev.tollgate.admin.schema;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What is stored of requests ends after {@code security.audit.retention_days} of the policies over
 * it, the shortest of several; what none of them speaks of after a time of its kind, usage rows
 * never. Each statement deletes a batch.
 */
final class Retention {

  /** Rows in one statement, well within its time limit. */
  static final int BATCH = 10_000;

  private static final String BY_LEVEL =
      """
      DELETE FROM tollgate.{table} WHERE id IN (
        SELECT old.id FROM tollgate.retention r
         CROSS JOIN LATERAL (SELECT kept.id FROM tollgate.{table} kept
                              WHERE kept.{owner} = r.subject_id AND kept.{age} < {since}
                              ORDER BY kept.{age} LIMIT {batch}) old
         WHERE r.level = '{level}' AND r.days IS NOT NULL
         LIMIT {batch})\
      """;

  /** Where a policy asks for longer, that holds. */
  private static final String BY_DEFAULT =
      """
      DELETE FROM tollgate.{table} WHERE id IN (
        SELECT kept.id FROM tollgate.{table} kept
         WHERE kept.at < now() - interval '{default}'
           AND kept.at < now() - make_interval(days =>
                 coalesce(tollgate.retention_days({key}, kept.project_id, kept.organization_id), 0))
         ORDER BY kept.at LIMIT {batch})\
      """;

  private static final String CUTOFF = "now() - make_interval(days => r.days)";

  private static final Map<String, String> USAGE =
      Map.of("table", "usage_event", "key", "key_id", "age", "started_at", "since", CUTOFF);
  private static final Map<String, String> BODIES =
      Map.of("table", "body", "key", "key_id", "age", "at", "since", CUTOFF, "default", "30 days");
  private static final Map<String, String> ACCESSES =
      Map.of(
          "table",
          "access_event",
          "key",
          "caller_id",
          "age",
          "id",
          "since",
          "tollgate.first_event_id(" + CUTOFF + ")",
          "default",
          "400 days");

  static final List<String> STATEMENTS =
      Stream.of(
              Stream.of(USAGE, BODIES, ACCESSES).flatMap(Retention::byLevel),
              Stream.of(BODIES, ACCESSES).map(kind -> filled(BY_DEFAULT, kind)))
          .flatMap(statements -> statements)
          .toList();

  private Retention() {}

  private static Stream<String> byLevel(Map<String, String> kind) {
    String statement = filled(BY_LEVEL, kind);
    return Stream.of(
        statement.replace("{level}", "key").replace("{owner}", kind.getOrDefault("key", "key_id")),
        statement.replace("{level}", "project").replace("{owner}", "project_id"),
        statement.replace("{level}", "organization").replace("{owner}", "organization_id"));
  }

  private static String filled(String statement, Map<String, String> kind) {
    String filled = statement.replace("{batch}", Integer.toString(BATCH));
    for (Map.Entry<String, String> value : kind.entrySet()) {
      filled = filled.replace("{" + value.getKey() + "}", value.getValue());
    }
    return filled;
  }
}
