package dev.tollgate.gateway.credentials;

import dev.tollgate.crypto.envelope.DataKeyOwner;
import dev.tollgate.crypto.envelope.Envelope;
import dev.tollgate.crypto.envelope.NewDataKey;
import dev.tollgate.crypto.envelope.SecretBinding;
import dev.tollgate.crypto.keyset.KeyEncryptionKeys;
import dev.tollgate.crypto.secret.SecretString;
import dev.tollgate.gateway.snapshot.BenchmarkService;
import dev.tollgate.gateway.snapshot.CredentialSnapshot;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A provider's credential: opened once, and then taken from memory. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EnvelopeBenchmark {

  private static final DataKeyOwner OWNER = new DataKeyOwner("org_1", "prj_1");
  private static final Set<String> HOSTS = Set.of(BenchmarkService.HOST);
  private static final SecretBinding BINDING =
      new SecretBinding("org_1", "prj_1", BenchmarkService.CREDENTIAL, 1, HOSTS);

  private final Envelope envelope = new Envelope(KeyEncryptionKeys.generate());
  private final NewDataKey key = envelope.newDataKey(OWNER).toCompletableFuture().join();
  private final byte[] sealed =
      key.dataKey().seal(SecretString.of("{\"api_key\":\"sk-bench\"}").utf8(), BINDING);
  private final ServiceSnapshot service = BenchmarkService.create();
  private final ProjectSnapshot project = project();
  private final CredentialOpener opener =
      new CredentialOpener(envelope, InstantSource.system(), Duration.ofDays(1));

  /** The data key unwrapped and the secret opened under it. */
  @Benchmark
  public Object openEnvelope() {
    return envelope.open(key.wrapped(), OWNER).toCompletableFuture().join().open(sealed, BINDING);
  }

  /** As nearly every request finds it. */
  @Benchmark
  public @Nullable Object openedBefore() {
    return opener.open(project, service).block();
  }

  private ProjectSnapshot project() {
    CredentialSnapshot credential =
        new CredentialSnapshot(
            BenchmarkService.CREDENTIAL,
            "org_1",
            "prj_1",
            "OPENAI",
            null,
            null,
            List.of(
                new CredentialSnapshot.Version(
                    1,
                    new CredentialSnapshot.Sealed(sealed, key.wrapped()),
                    HOSTS,
                    Map.of(),
                    null)));
    return new ProjectSnapshot(
        "prj_1",
        "org_1",
        List.of(),
        null,
        Set.of(),
        List.of(service),
        Map.of(BenchmarkService.CREDENTIAL, credential));
  }
}
