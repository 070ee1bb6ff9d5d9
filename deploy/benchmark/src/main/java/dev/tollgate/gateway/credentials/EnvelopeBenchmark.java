package dev.tollgate.gateway.credentials;

import dev.tollgate.crypto.envelope.DataKeyOwner;
import dev.tollgate.crypto.envelope.Envelope;
import dev.tollgate.crypto.envelope.NewDataKey;
import dev.tollgate.crypto.envelope.SecretBinding;
import dev.tollgate.crypto.keyset.KeyEncryptionKeys;
import dev.tollgate.crypto.secret.SecretString;
import dev.tollgate.gateway.snapshot.BenchmarkService;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Opening a provider's credential, which the gateway then keeps for a while. */
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

  /** The data key unwrapped and the secret opened under it. */
  @Benchmark
  public Object openEnvelope() {
    return envelope.open(key.wrapped(), OWNER).toCompletableFuture().join().open(sealed, BINDING);
  }
}
