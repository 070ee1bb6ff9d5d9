package dev.tollgate.gateway.identity.internal;

import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.token.KeyDigester;
import dev.tollgate.crypto.token.KeyKind;
import dev.tollgate.crypto.token.OpaqueKey;
import dev.tollgate.crypto.token.PepperSet;
import dev.tollgate.crypto.token.ProjectTokenClaims;
import dev.tollgate.crypto.token.ProjectTokenIssuer;
import dev.tollgate.crypto.token.ProjectTokenVerifier;
import dev.tollgate.crypto.token.TokenAlgorithm;
import dev.tollgate.crypto.token.TokenSigningKey;
import dev.tollgate.gateway.snapshot.Lookup;
import dev.tollgate.gateway.snapshot.Snapshots;
import dev.tollgate.gateway.snapshot.TokenKeys;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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
import reactor.core.publisher.Mono;

/**
 * From the presented key or token to what the snapshots in memory say of it: that they know nothing
 * of it, which costs what knowing costs.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TokenCheckBenchmark {

  private static final String ISSUER = "tollgate";
  private static final String AUDIENCE = "tollgate-gateway";

  private final String key = OpaqueKey.generate(KeyKind.VIRTUAL_KEY).reveal(SecretAccess.granted());
  private final VirtualKeyAuthenticator virtualKeys =
      new VirtualKeyAuthenticator(
          new KeyDigester(PepperSet.generate()), nothing(null), InstantSource.system());

  private final TokenSigningKey edDsa = TokenSigningKey.generate(TokenAlgorithm.EDDSA);
  private final TokenSigningKey es256 = TokenSigningKey.generate(TokenAlgorithm.ES256);
  private final String edDsaToken = token(edDsa);
  private final String es256Token = token(es256);
  private final ProjectTokenVerifier verifier =
      new ProjectTokenVerifier(ISSUER, AUDIENCE, Duration.ofSeconds(60));
  private final ProjectTokenAuthenticator projectTokens =
      new ProjectTokenAuthenticator(
          verifier,
          nothing(new TokenKeys(Map.of(edDsa.kid(), edDsa.verificationKey()))),
          InstantSource.system());

  @Benchmark
  public @Nullable Object virtualKey() {
    return virtualKeys.authenticate(key).block();
  }

  /** Verified some seconds ago. */
  @Benchmark
  public @Nullable Object projectTokenRemembered() {
    return projectTokens.authenticate(edDsaToken).block();
  }

  @Benchmark
  public Object projectTokenEdDsa() {
    return verifier.verify(edDsaToken, kid -> edDsa.verificationKey(), Instant.now());
  }

  @Benchmark
  public Object projectTokenEs256() {
    return verifier.verify(es256Token, kid -> es256.verificationKey(), Instant.now());
  }

  private static String token(TokenSigningKey key) {
    Instant now = Instant.now();
    return new ProjectTokenIssuer(ISSUER, AUDIENCE, key)
        .issue(
            new ProjectTokenClaims(
                "prj_1",
                "org_1",
                "production",
                "jti_1",
                now,
                now,
                now.plus(Duration.ofHours(1)),
                Set.of(),
                null))
        .reveal(SecretAccess.granted());
  }

  /**
   * Knows no key and no project, and says so from memory. A proxy: what else {@link Snapshots} can
   * do is nothing to this benchmark.
   */
  private static Snapshots nothing(@Nullable TokenKeys tokenKeys) {
    Mono<Lookup<?>> unknown = Mono.just(new Lookup.Unknown<>());
    Mono<Lookup<?>> keys = tokenKeys == null ? unknown : Mono.just(new Lookup.Found<>(tokenKeys));
    return (Snapshots)
        Proxy.newProxyInstance(
            Snapshots.class.getClassLoader(),
            new Class<?>[] {Snapshots.class},
            (proxy, method, arguments) -> method.getName().equals("tokenKeys") ? keys : unknown);
  }
}
