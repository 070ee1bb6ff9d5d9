package dev.tollgate.gateway.identity.internal;

import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.token.KeyDigest;
import dev.tollgate.crypto.token.KeyDigester;
import dev.tollgate.crypto.token.KeyKind;
import dev.tollgate.crypto.token.OpaqueKey;
import dev.tollgate.crypto.token.PepperSet;
import dev.tollgate.gateway.policy.CompiledPolicy;
import dev.tollgate.gateway.snapshot.KeySnapshot;
import dev.tollgate.gateway.snapshot.Lookup;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.Snapshots;
import dev.tollgate.gateway.snapshot.TokenKeys;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import reactor.core.publisher.Mono;

/** From the presented virtual key to its caller, the snapshot being in memory. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TokenCheckBenchmark {

  private final String key = OpaqueKey.generate(KeyKind.VIRTUAL_KEY).reveal(SecretAccess.granted());
  private final VirtualKeyAuthenticator authenticator =
      new VirtualKeyAuthenticator(
          new KeyDigester(PepperSet.generate()), new OneKey(), InstantSource.system());

  @Benchmark
  public @Nullable Object virtualKey() {
    return authenticator.authenticate(key).block();
  }

  /** Whatever digest is asked for, it is this key's. */
  private static final class OneKey implements Snapshots {

    private final Mono<Lookup<KeySnapshot>> found =
        Mono.just(
            new Lookup.Found<>(
                new KeySnapshot(
                    "key_1",
                    "org_1",
                    List.of("prj_1"),
                    null,
                    null,
                    false,
                    null,
                    null,
                    false,
                    null,
                    List.of(CompiledPolicy.UNRESTRICTED),
                    "{}")));

    @Override
    public Mono<Lookup<KeySnapshot>> key(KeyDigest digest) {
      return found;
    }

    @Override
    public Mono<Lookup<ProjectSnapshot>> project(String projectId) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Mono<Lookup<TokenKeys>> tokenKeys() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean areCurrent() {
      return true;
    }
  }
}
