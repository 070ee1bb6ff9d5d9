package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.admission.AdmissionProperties;
import dev.tollgate.gateway.country.CountryProperties;
import dev.tollgate.gateway.credentials.CryptoProperties;
import dev.tollgate.gateway.identity.TokenProperties;
import dev.tollgate.gateway.journal.JournalProperties;
import dev.tollgate.gateway.routing.RoutesProperties;
import dev.tollgate.gateway.routing.UpstreamProperties;
import dev.tollgate.gateway.snapshot.SnapshotProperties;
import dev.tollgate.gateway.streaming.DrainProperties;
import dev.tollgate.gateway.usage.UsageProperties;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

/** Defaults, full mapping and refusals of every feature's properties. */
class PropertiesTest {

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties({
    CountryProperties.class,
    CryptoProperties.class,
    TokenProperties.class,
    RoutesProperties.class,
    UpstreamProperties.class,
    SnapshotProperties.class,
    UsageProperties.class,
    DrainProperties.class,
    JournalProperties.class,
    AdmissionProperties.class
  })
  static class AllProperties {}

  private final ApplicationContextRunner context =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
          .withUserConfiguration(AllProperties.class)
          .withPropertyValues(
              "tollgate.crypto.keyset-file=/k.json", "tollgate.crypto.pepper-file=/p.json");

  private <T> void bound(Class<T> type, Consumer<T> check, String... properties) {
    context
        .withPropertyValues(properties)
        .run(started -> {
          assertThat(started).hasNotFailed();
          check.accept(started.getBean(type));
        });
  }

  private <T> void expect(Class<T> type, T expected, String... properties) {
    bound(type, actual -> assertThat(actual).isEqualTo(expected), properties);
  }

  @Test
  void haveDefaults() {
    expect(
        CryptoProperties.class,
        new CryptoProperties(Path.of("/k.json"), Path.of("/p.json"), Duration.ofSeconds(60)));
    expect(CountryProperties.class, new CountryProperties(null, Duration.ofSeconds(10)));
    expect(TokenProperties.class, new TokenProperties("tollgate", "tollgate-gateway"));
    expect(RoutesProperties.class, new RoutesProperties(null, Duration.ofMillis(200)));
    expect(
        UpstreamProperties.class,
        new UpstreamProperties(
            20_000,
            10_000,
            Duration.ofSeconds(5),
            Duration.ofSeconds(20),
            DataSize.ofKilobytes(256)));
    expect(
        SnapshotProperties.class,
        new SnapshotProperties(
            200_000,
            20_000,
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofMillis(500),
            Duration.ofSeconds(60)));
    expect(UsageProperties.class, new UsageProperties(Duration.ofMillis(250), 1000, 50_000));
    expect(DrainProperties.class, new DrainProperties(Duration.ofSeconds(20)));
    expect(
        JournalProperties.class,
        new JournalProperties(
            Path.of("data/journal"),
            DataSize.ofMegabytes(8),
            DataSize.ofMegabytes(256),
            Duration.ofSeconds(1)));
    expect(AdmissionProperties.class, new AdmissionProperties(16_384, 128_000, 256, 2048));
  }

  @Test
  void mapEveryCryptoValue() {
    expect(
        CryptoProperties.class,
        new CryptoProperties(Path.of("/a"), Path.of("/b"), Duration.ofSeconds(7)),
        "tollgate.crypto.keyset-file=/a",
        "tollgate.crypto.pepper-file=/b",
        "tollgate.crypto.opened-for=7s");
  }

  @Test
  void mapEveryCountryValue() {
    expect(
        CountryProperties.class,
        new CountryProperties(Path.of("/c.mmdb"), Duration.ofSeconds(2)),
        "tollgate.network.country-database=/c.mmdb",
        "tollgate.network.country-poll-every=2s");
  }

  @Test
  void mapEveryTokenValue() {
    expect(
        TokenProperties.class,
        new TokenProperties("a", "b"),
        "tollgate.token.issuer=a",
        "tollgate.token.audience=b");
  }

  @Test
  void mapEveryRoutesValue() {
    expect(
        RoutesProperties.class,
        new RoutesProperties("/routes", Duration.ofSeconds(3)),
        "tollgate.routes.location=/routes",
        "tollgate.routes.poll-every=3s");
  }

  @Test
  void mapEveryUpstreamValue() {
    expect(
        UpstreamProperties.class,
        new UpstreamProperties(
            1, 2, Duration.ofSeconds(3), Duration.ofSeconds(4), DataSize.ofKilobytes(5)),
        "tollgate.upstream.max-connections=1",
        "tollgate.upstream.max-pending=2",
        "tollgate.upstream.acquire-timeout=3s",
        "tollgate.upstream.max-idle=4s",
        "tollgate.upstream.join-up-to=5KB");
  }

  @Test
  void mapEverySnapshotValue() {
    expect(
        SnapshotProperties.class,
        new SnapshotProperties(
            1,
            2,
            Duration.ofSeconds(3),
            Duration.ofSeconds(4),
            Duration.ofSeconds(5),
            Duration.ofSeconds(6)),
        "tollgate.snapshots.maximum-keys=1",
        "tollgate.snapshots.maximum-projects=2",
        "tollgate.snapshots.unknown-for=3s",
        "tollgate.snapshots.load-timeout=4s",
        "tollgate.snapshots.poll-every=5s",
        "tollgate.snapshots.usable-without-database=6s");
  }

  @Test
  void mapEveryUsageValue() {
    expect(
        UsageProperties.class,
        new UsageProperties(Duration.ofSeconds(1), 2, 3),
        "tollgate.usage.flush-every=1s",
        "tollgate.usage.batch-size=2",
        "tollgate.usage.max-queued-access=3");
  }

  @Test
  void mapEveryJournalAndAdmissionValue() {
    expect(
        JournalProperties.class,
        new JournalProperties(
            Path.of("/j"),
            DataSize.ofKilobytes(64),
            DataSize.ofKilobytes(128),
            Duration.ofSeconds(3)),
        "tollgate.journal.directory=/j",
        "tollgate.journal.segment-size=64KB",
        "tollgate.journal.max-size=128KB",
        "tollgate.journal.sync-every=3s");
    expect(
        AdmissionProperties.class,
        new AdmissionProperties(1, 2, 3, 4),
        "tollgate.admission.max-output-tokens=1",
        "tollgate.admission.context-tokens=2",
        "tollgate.admission.first-step-tokens=3",
        "tollgate.admission.longest-step-tokens=4");
  }

  @Test
  void mapEveryDrainValue() {
    expect(
        DrainProperties.class,
        new DrainProperties(Duration.ofSeconds(7)),
        "tollgate.shutdown.drain=7s");
  }

  @ParameterizedTest
  @CsvSource({
    "tollgate.shutdown.drain, -1s, tollgate.shutdown.drain",
    "tollgate.shutdown.drain, soon, tollgate.shutdown.drain",
    "tollgate.crypto.opened-for, 0s, tollgate.crypto.opened-for",
    "tollgate.crypto.opened-for, soon, tollgate.crypto.opened-for",
    "tollgate.network.country-poll-every, 0s, tollgate.network.country-poll-every",
    "tollgate.token.issuer, '', issuer",
    "tollgate.token.audience, '', audience",
    "tollgate.routes.poll-every, 0s, tollgate.routes.poll-every",
    "tollgate.upstream.max-connections, 0, maxConnections",
    "tollgate.upstream.max-pending, 0, maxPending",
    "tollgate.upstream.acquire-timeout, 0s, tollgate.upstream.acquire-timeout",
    "tollgate.upstream.max-idle, -1s, tollgate.upstream.max-idle",
    "tollgate.upstream.join-up-to, -1B, tollgate.upstream.join-up-to",
    "tollgate.upstream.join-up-to, 3GB, tollgate.upstream.join-up-to",
    "tollgate.snapshots.maximum-keys, 0, maximumKeys",
    "tollgate.snapshots.maximum-projects, 0, maximumProjects",
    "tollgate.snapshots.unknown-for, 0s, tollgate.snapshots.unknown-for",
    "tollgate.snapshots.load-timeout, 0s, tollgate.snapshots.load-timeout",
    "tollgate.snapshots.poll-every, 0s, tollgate.snapshots.poll-every",
    "tollgate.snapshots.poll-every, 60s, tollgate.snapshots.poll-every",
    "tollgate.snapshots.usable-without-database, 0s, tollgate.snapshots.usable-without-database",
    "tollgate.usage.flush-every, 0s, tollgate.usage.flush-every",
    "tollgate.usage.batch-size, 0, batchSize",
    "tollgate.usage.max-queued-access, 0, maxQueuedAccess",
    "tollgate.journal.segment-size, 63KB, tollgate.journal.segment-size",
    "tollgate.journal.max-size, 15MB, tollgate.journal.max-size",
    "tollgate.journal.sync-every, 0s, tollgate.journal.sync-every",
    "tollgate.journal.sync-every, 999us, tollgate.journal.sync-every",
    "tollgate.admission.max-output-tokens, 0, maxOutputTokens",
    "tollgate.admission.context-tokens, 0, contextTokens",
    "tollgate.admission.first-step-tokens, 0, firstStepTokens",
    "tollgate.admission.first-step-tokens, 2049, tollgate.admission.first-step-tokens",
    "tollgate.admission.longest-step-tokens, 255, tollgate.admission.longest-step-tokens",
    "tollgate.admission.longest-step-tokens, 0, tollgate.admission.longest-step-tokens",
  })
  void refuseToStartOnNonsenseAndNameTheKey(String key, String value, String named) {
    context
        .withPropertyValues(key + "=" + value)
        .run(started -> {
          assertThat(started).hasFailed();
          assertThat(messages(started.getStartupFailure())).contains(named);
        });
  }

  @ParameterizedTest
  @CsvSource({"tollgate.crypto.keyset-file", "tollgate.crypto.pepper-file"})
  void refuseToStartWithoutAFileOfSecrets(String key) {
    String other = key.contains("keyset") ? "pepper-file" : "keyset-file";
    new ApplicationContextRunner()
        .withUserConfiguration(AllProperties.class)
        .withPropertyValues("tollgate.crypto." + other + "=/f.json")
        .run(started -> assertThat(messages(started.getStartupFailure())).contains(key));
  }

  private static String messages(@Nullable Throwable failure) {
    StringBuilder all = new StringBuilder();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      all.append(cause.getMessage()).append('\n');
    }
    return all.toString();
  }
}
