package dev.tollgate.gateway.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.snapshot.KeySnapshot.State;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeySnapshotTest {

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final Instant BEFORE = NOW.minusMillis(1);
  private static final Instant AFTER = NOW.plusMillis(1);

  private @Nullable Instant expiresAt;
  private boolean disabled;
  private @Nullable Instant autoEnableAt;
  private @Nullable Instant revokedAt;
  private boolean pendingApproval;
  private @Nullable Instant digestValidUntil;

  private State state() {
    return new KeySnapshot(
            "key_1",
            "org_1",
            null,
            List.of("prj_1"),
            null,
            expiresAt,
            disabled,
            autoEnableAt,
            revokedAt,
            pendingApproval,
            digestValidUntil,
            List.of(),
            "{}")
        .stateAt(NOW);
  }

  @Test
  void isActiveUnlessSomethingStops() {
    assertThat(state()).isEqualTo(State.ACTIVE);
  }

  @Test
  void expiresAtTheVeryInstant() {
    expiresAt = AFTER;
    assertThat(state()).isEqualTo(State.ACTIVE);
    expiresAt = NOW;
    assertThat(state()).isEqualTo(State.EXPIRED);
    expiresAt = BEFORE;
    assertThat(state()).isEqualTo(State.EXPIRED);
  }

  @Test
  void expiresAsARotatedValueWhenItsGraceEnds() {
    digestValidUntil = AFTER;
    assertThat(state()).isEqualTo(State.ACTIVE);
    digestValidUntil = NOW;
    assertThat(state()).isEqualTo(State.EXPIRED);
  }

  @Test
  void staysDisabledUntilItIsEnabledByTime() {
    disabled = true;
    assertThat(state()).isEqualTo(State.DISABLED);
    autoEnableAt = AFTER;
    assertThat(state()).isEqualTo(State.DISABLED);
    autoEnableAt = NOW;
    assertThat(state()).isEqualTo(State.ACTIVE);
  }

  @Test
  void isRevokedFromThatInstantOn() {
    revokedAt = AFTER;
    assertThat(state()).isEqualTo(State.ACTIVE);
    revokedAt = NOW;
    assertThat(state()).isEqualTo(State.REVOKED);
  }

  @Test
  void waitsForApproval() {
    pendingApproval = true;
    assertThat(state()).isEqualTo(State.PENDING_APPROVAL);
  }

  @Test
  void tellsTheFinalStateFirst() {
    pendingApproval = true;
    disabled = true;
    assertThat(state()).isEqualTo(State.DISABLED);
    expiresAt = BEFORE;
    assertThat(state()).isEqualTo(State.EXPIRED);
    revokedAt = BEFORE;
    assertThat(state()).isEqualTo(State.REVOKED);
  }

  @Test
  void isNotApprovedByBeingEnabled() {
    pendingApproval = true;
    disabled = true;
    autoEnableAt = BEFORE;
    assertThat(state()).isEqualTo(State.PENDING_APPROVAL);
  }
}
