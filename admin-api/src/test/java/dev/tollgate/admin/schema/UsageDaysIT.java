package dev.tollgate.admin.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.admin.schema.TestDatabase.Role;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Usage rows have a table for each day, which is dropped as a whole. */
class UsageDaysIT {

  private static final String MAKE = "SELECT tollgate.make_usage_days()";
  private static final String OTHER = "tollgate.usage_event_other";

  private TestDatabase database;

  @BeforeEach
  void create() {
    database = TestDatabase.create();
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private List<String> column(Role role, String sql) {
    List<String> values = new ArrayList<>();
    try (Connection connection = database.dataSource(role).getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    } catch (SQLException e) {
      throw new IllegalStateException("failed: " + sql, e);
    }
  }

  private String value(Role role, String sql) {
    return column(role, sql).getFirst();
  }

  /** As a gateway does. */
  private void store(String id, String startedAt) {
    database.execute(
        Role.GATEWAY,
        """
        SELECT gateway_v1.store_usage('rep_1', '[{"id":"%1$s","started_at":"%2$s","finished_at":"%2$s",
          "request_id":"r","organization_id":"org_1","project_id":"prj_1","protocol":"openai",
          "operation":"chat_completion","status":200,"outcome":"completed","streamed":true,"latency_ms":5,
          "attempts":1,"unpriced":true,"metadata":{}}]')\
        """
            .formatted(id, startedAt));
  }

  /** An instant of that day, so many days from now. */
  private String at(int days, String time) {
    return value(
            Role.SUPERUSER,
            "SELECT to_char((now() AT TIME ZONE 'UTC')::date + %d, 'YYYY-MM-DD')".formatted(days))
        + "T"
        + time
        + "Z";
  }

  private static String tableOf(String instant) {
    return "usage_event_" + instant.substring(0, 10).replace("-", "");
  }

  private String tableWith(String id) {
    return value(
        Role.SUPERUSER,
        "SELECT tableoid::regclass::text FROM tollgate.usage_event WHERE id = '%s'".formatted(id));
  }

  private List<String> days() {
    return column(
        Role.SUPERUSER,
        """
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
         WHERE i.inhparent = 'tollgate.usage_event'::regclass AND c.relname <> 'usage_event_other' ORDER BY 1\
        """);
  }

  private void makeDay(String name, String from, String to) {
    database.execute(
        Role.MIGRATOR,
        ("CREATE TABLE tollgate.%s PARTITION OF tollgate.usage_event"
                + " FOR VALUES FROM ('%sT00:00:00Z') TO ('%sT00:00:00Z')")
            .formatted(name, from, to));
  }

  private void forgetDays() {
    for (String day : days()) {
      database.execute(Role.MIGRATOR, "DROP TABLE tollgate." + day);
    }
  }

  private int dropBefore(String instant) {
    return Integer.parseInt(
        value(Role.ADMIN, "SELECT tollgate.drop_usage_days('%s')".formatted(instant)));
  }

  private List<String> ids() {
    return column(Role.SUPERUSER, "SELECT id FROM tollgate.usage_event ORDER BY id");
  }

  @Test
  void areMadeAheadAndUsed() {
    forgetDays();
    database.execute(Role.ADMIN, MAKE);
    List<String> expected = new ArrayList<>();
    for (int day = -1; day <= 2; day++) {
      expected.add(tableOf(at(day, "00:00:00")));
    }
    assertThat(days()).isEqualTo(expected);
    database.execute(Role.ADMIN, MAKE);
    assertThat(days()).as("once").isEqualTo(expected);

    for (int day = -1; day <= 2; day++) {
      for (String time : List.of("00:00:00", "23:59:59.999999")) {
        String instant = at(day, time);
        String id = "use_" + instant;
        store(id, instant);
        assertThat(tableWith(id)).isEqualTo("tollgate." + tableOf(instant));
      }
    }
    store("use_before", at(-2, "23:59:59.999999"));
    assertThat(tableWith("use_before")).isEqualTo(OTHER);
    store("use_after", at(3, "00:00:00"));
    assertThat(tableWith("use_after")).isEqualTo(OTHER);
  }

  @Test
  void areMadeWithTheSchema() {
    assertThat(days()).hasSize(4);
  }

  @Test
  void areDroppedAsAWholeOnceTheyAreOver() {
    forgetDays();
    makeDay("usage_event_20200101", "2020-01-01", "2020-01-02");
    makeDay("usage_event_20200102", "2020-01-02", "2020-01-03");
    makeDay("usage_event_20200103", "2020-01-03", "2020-01-04");
    makeDay("usage_event_kept", "2019-01-01", "2019-02-01");
    for (String instant :
        List.of(
            "2019-01-05T00:00:00Z",
            "2019-12-31T12:00:00Z",
            "2020-01-01T00:00:00Z",
            "2020-01-02T23:59:59.999999Z",
            "2020-01-03T00:00:00Z")) {
      store("use_" + instant, instant);
    }
    assertThat(dropBefore("2020-01-01T23:59:59.999999Z")).isZero();
    assertThat(ids()).hasSize(5);

    assertThat(dropBefore("2020-01-03T00:00:00Z")).isEqualTo(2);
    assertThat(days()).containsExactly("usage_event_20200103", "usage_event_kept");
    assertThat(ids())
        .containsExactly(
            "use_2019-01-05T00:00:00Z", "use_2019-12-31T12:00:00Z", "use_2020-01-03T00:00:00Z");
    assertThat(dropBefore("2020-01-03T12:00:00Z")).isZero();
    assertThat(ids()).hasSize(3);
  }

  /** All at once might take longer than a statement may, and more locks than there are. */
  @Test
  void areDroppedFiftyAtOnceTheOldestFirst() {
    forgetDays();
    database.execute(
        Role.MIGRATOR,
        """
        DO $$ BEGIN FOR n IN 0..59 LOOP
          EXECUTE format('CREATE TABLE tollgate.%I PARTITION OF tollgate.usage_event FOR VALUES FROM (%L) TO (%L)',
            'usage_event_' || to_char(date '2020-01-01' + n, 'YYYYMMDD'),
            to_char(date '2020-01-01' + n, 'YYYY-MM-DD') || 'T00:00:00Z',
            to_char(date '2020-01-02' + n, 'YYYY-MM-DD') || 'T00:00:00Z');
        END LOOP; END $$\
        """);
    assertThat(dropBefore("2021-01-01T00:00:00Z")).isEqualTo(50);
    assertThat(days()).hasSize(10).startsWith("usage_event_20200220");
    assertThat(dropBefore("2021-01-01T00:00:00Z")).isEqualTo(10);
    assertThat(days()).isEmpty();
  }

  /** The table of a day can only be made before its first row. */
  @Test
  void areNotMadeForADayWhoseRowsHaveComeBefore() {
    forgetDays();
    String tomorrow = at(1, "06:00:00");
    store("use_early", tomorrow);
    database.execute(Role.ADMIN, MAKE);
    assertThat(days()).hasSize(3).doesNotContain(tableOf(tomorrow));
    store("use_late", tomorrow);
    assertThat(tableWith("use_late")).isEqualTo(OTHER);
    store("use_today", at(0, "06:00:00"));
    assertThat(tableWith("use_today")).isNotEqualTo(OTHER);
  }

  private long deleteOther(String before, int most) {
    return Long.parseLong(
        value(Role.ADMIN, "SELECT tollgate.delete_other_usage('%s', %d)".formatted(before, most)));
  }

  @Test
  void leaveRowsOfOtherDaysToBeDeletedBatchAfterBatch() {
    for (int i = 0; i < 5; i++) {
      store("use_old_" + i, "2020-01-01T23:59:59.99999%dZ".formatted(i));
    }
    store("use_just", "2020-01-02T00:00:00Z");
    store("use_today", at(0, "00:00:00"));
    List<Long> deleted = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      deleted.add(deleteOther("2020-01-02T00:00:00Z", 2));
    }
    assertThat(deleted).containsExactly(2L, 2L, 1L, 0L);
    assertThat(ids()).containsExactly("use_just", "use_today");
    assertThat(deleteOther(at(1, "00:00:00"), 9)).as("of today's table nothing").isEqualTo(1);
    assertThat(ids()).containsExactly("use_today");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT tollgate.make_usage_days()",
        "SELECT tollgate.drop_usage_days(now())",
        "SELECT tollgate.delete_other_usage(now(), 1)"
      })
  void areNoGatewaysBusiness(String statement) {
    assertThatThrownBy(() -> database.execute(Role.GATEWAY, statement))
        .rootCause()
        .hasMessageContaining("permission denied");
  }
}
