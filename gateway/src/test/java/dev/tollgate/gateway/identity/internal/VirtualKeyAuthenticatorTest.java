package dev.tollgate.gateway.identity.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.token.KeyDigester;
import dev.tollgate.crypto.token.KeyKind;
import dev.tollgate.crypto.token.OpaqueKey;
import dev.tollgate.crypto.token.PepperSet;
import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.snapshot.KeySnapshot;
import dev.tollgate.gateway.support.InMemorySnapshots;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class VirtualKeyAuthenticatorTest {

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private final PepperSet older = PepperSet.generate();
  private final PepperSet peppers = older.rotated();
  private final InMemorySnapshots snapshots = new InMemorySnapshots();
  private final VirtualKeyAuthenticator authenticator =
      new VirtualKeyAuthenticator(new KeyDigester(peppers), snapshots, () -> NOW);
  private final String key = OpaqueKey.generate(KeyKind.VIRTUAL_KEY).reveal(SecretAccess.granted());

  private void put(PepperSet digestedUnder, @Nullable Instant revokedAt) {
    snapshots.put(
        new KeyDigester(digestedUnder).digest(key),
        new KeySnapshot(
            "key_1",
            "org_1",
            null,
            List.of("prj_1"),
            null,
            null,
            false,
            null,
            revokedAt,
            false,
            null,
            List.of(),
            "{}"));
  }

  private Authentication authenticate(String presented) {
    Authentication outcome = authenticator.authenticate(presented).block(PATIENCE);
    assertThat(outcome).isNotNull();
    return outcome;
  }

  private void expectRefused(String presented, ErrorCode code) {
    Authentication outcome = authenticate(presented);
    assertThat(outcome).isInstanceOf(Authentication.Rejected.class);
    assertThat(((Authentication.Rejected) outcome).rejection().code()).isEqualTo(code);
  }

  @Test
  void admitsAKeyThatIsThere() {
    put(peppers, null);

    assertThat(authenticate(key)).isInstanceOf(Authentication.Authenticated.class);
  }

  @Test
  void admitsAKeyUnderAnOlderPepper() {
    put(older, null);

    assertThat(authenticate(key)).isInstanceOf(Authentication.Authenticated.class);
  }

  @Test
  void refusesAKeyThatIsNot() {
    expectRefused(key, ErrorCode.INVALID_API_KEY);
  }

  @Test
  void refusesARevokedKey() {
    put(peppers, NOW);

    expectRefused(key, ErrorCode.KEY_REVOKED);
  }

  @Test
  void refusesAWrongChecksumWithoutALookUp() {
    // A look-up would answer that nothing can be looked up.
    snapshots.setAvailable(false);

    expectRefused(
        key.substring(0, 52) + (key.endsWith("a") ? "b" : "a"), ErrorCode.INVALID_API_KEY);
    expectRefused("tgk_short", ErrorCode.INVALID_API_KEY);
  }

  @Test
  void doesNotJudgeWhileTheDatabaseIsAway() {
    snapshots.setAvailable(false);

    expectRefused(key, ErrorCode.SERVICE_UNAVAILABLE);
  }
}
