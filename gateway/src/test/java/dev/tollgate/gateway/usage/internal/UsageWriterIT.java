package dev.tollgate.gateway.usage.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.journal.Journal;
import dev.tollgate.gateway.journal.JournalProperties;
import dev.tollgate.gateway.support.TestSchema;
import dev.tollgate.gateway.usage.AfterStoring;
import dev.tollgate.gateway.usage.InboxEvent;
import dev.tollgate.gateway.usage.InboxEvent.Use;
import dev.tollgate.gateway.usage.UsageProperties;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.util.unit.DataSize;
import reactor.core.scheduler.Schedulers;

class UsageWriterIT {

  @TempDir private Path directory;

  private UsageWriter writer(TestSchema schema, Journal journal) {
    ObjectProvider<AfterStoring> nothing =
        new ObjectProvider<>() {
          @Override
          public Stream<AfterStoring> stream() {
            return Stream.empty();
          }
        };
    return new UsageWriter(
        DatabaseClient.create(schema.asGateway()),
        journal,
        new RefusedRows(
            directory, 1000, journal.replica(), InstantSource.system(), Schedulers.immediate()),
        new UsageProperties(Duration.ofMillis(250), 1000, 1000),
        nothing,
        new SimpleMeterRegistry());
  }

  private Journal journal() {
    return Journal.open(
        new JournalProperties(
            directory, DataSize.ofKilobytes(64), DataSize.ofKilobytes(256), Duration.ofSeconds(1)),
        Runnable::run);
  }

  @Test
  void tellsOnceThatSomethingIsInUse() throws IOException {
    try (TestSchema schema = TestSchema.create();
        Journal journal = journal()) {
      UsageWriter writer = writer(schema, journal);
      writer.start();
      for (int i = 0; i < 3; i++) {
        writer.tell(Use.ofKey("org_1", "key_1"));
        writer.tell(Use.ofKey("org_1", "key_1").event());
        writer.tell(Use.ofKey("org_1", "key_2"));
        writer.tell(Use.ofCredential("org_1", "crd_1"));
        writer.tell(InboxEvent.credentialRefused("org_1", "crd_1"));
      }
      writer.stop();

      assertThat(
              schema.column(
                  """
                  SELECT concat_ws(' ', kind, organization_id, key_id, credential_id)
                    FROM tollgate.inbox
                  """))
          .containsExactlyInAnyOrder(
              "key_used org_1 key_1",
              "key_used org_1 key_2",
              "credential_used org_1 crd_1",
              "credential_refused org_1 crd_1");
    }
  }
}
