package dev.tollgate.gateway.time.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.support.TestSchema;
import dev.tollgate.gateway.time.SharedClock;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.r2dbc.core.DatabaseClient;

class DatabaseTimeIT {

  private static final Duration AHEAD = Duration.ofMinutes(5);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static TestSchema schema;

  private final SharedClock clock =
      new SharedClock(Clock.offset(Clock.systemUTC(), AHEAD), System::nanoTime);

  @BeforeAll
  static void startDatabase() {
    schema = TestSchema.create();
  }

  @AfterAll
  static void stopDatabase() throws IOException {
    schema.close();
  }

  @Test
  void theClockIsTheDatabasesOnceItHasAnswered() {
    assertThat(clock.now()).isAfter(databaseTime().plus(AHEAD.minusSeconds(60)));
    DatabaseTime time = new DatabaseTime(DatabaseClient.create(schema.asGateway()), clock);
    time.start();
    try {
      Awaitility.await().atMost(PATIENCE).until(clock::isTold);
    } finally {
      time.stop();
    }
    Instant now = clock.now();
    assertThat(now).isBeforeOrEqualTo(databaseTime());
    assertThat(clock.now()).isAfter(databaseTime().minus(PATIENCE));
  }

  private static Instant databaseTime() {
    return Instant.parse(
        schema
            .column(
                "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
            .getFirst());
  }
}
