package dev.tollgate.gateway.identity.internal;

import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.token.KeyDigester;
import dev.tollgate.crypto.token.KeyKind;
import dev.tollgate.crypto.token.OpaqueKey;
import dev.tollgate.crypto.token.PepperSet;
import dev.tollgate.gateway.snapshot.KeySnapshot;
import dev.tollgate.gateway.snapshot.Lookup;
import dev.tollgate.gateway.snapshot.Snapshots;
import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import reactor.core.publisher.Mono;

/** From the presented virtual key to what the snapshots in memory say of it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TokenCheckBenchmark {

  private final String key = OpaqueKey.generate(KeyKind.VIRTUAL_KEY).reveal(SecretAccess.granted());
  private final VirtualKeyAuthenticator authenticator =
      new VirtualKeyAuthenticator(
          new KeyDigester(PepperSet.generate()), nothing(), InstantSource.system());

  @Benchmark
  public @Nullable Object virtualKey() {
    return authenticator.authenticate(key).block();
  }

  /**
   * Knows no key, and says so from memory. A proxy: what else {@link Snapshots} can do is nothing
   * to this benchmark.
   */
  private static Snapshots nothing() {
    Mono<Lookup<KeySnapshot>> unknown = Mono.just(new Lookup.Unknown<>());
    return (Snapshots)
        Proxy.newProxyInstance(
            Snapshots.class.getClassLoader(),
            new Class<?>[] {Snapshots.class},
            (proxy, method, arguments) -> unknown);
  }
}
