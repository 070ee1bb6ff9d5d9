package dev.tollgate.crypto.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.crypto.Vectors;
import dev.tollgate.crypto.envelope.EnvelopeException.DataKeyDoesNotOpen;
import dev.tollgate.crypto.envelope.EnvelopeException.KeyEncryptionKeyUnavailable;
import dev.tollgate.crypto.envelope.EnvelopeException.KeyEncryptionKeyUnknown;
import dev.tollgate.crypto.keyset.KeyEncryptionKeys;
import dev.tollgate.crypto.secret.SecretBytes;
import dev.tollgate.crypto.secret.SecretString;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EnvelopeTest {

  private static final DataKeyOwner OWNER = new DataKeyOwner("org_1", "prj_1");
  private static final Set<String> HOSTS = Set.of("api.openai.com", "eu.api.openai.com:8443");
  private static final SecretBinding BINDING =
      new SecretBinding("org_1", "prj_1", "crd_1", 3, HOSTS);
  private static final SecretBytes SECRET = SecretString.of(Vectors.text("sealed.plain")).utf8();
  private static final WrappedDataKey COMMITTED = committed("wrapped.kekId", "wrapped.bytes");

  @TempDir private Path directory;
  private KeyEncryptionKeys keys;
  private Envelope envelope;

  @BeforeEach
  void loadTheCommittedKeyset() {
    keys = KeyEncryptionKeys.load(Vectors.secretFile("keyset.json", directory));
    envelope = new Envelope(keys);
  }

  @Test
  void opensTheCommittedDataKeyAndItsSecret() {
    DataKey key = join(envelope.open(COMMITTED, OWNER));

    assertThat(key.id()).isEqualTo("dek_test");
    assertThat(key.owner()).isEqualTo(OWNER);
    assertThat(key.open(Vectors.bytes("sealed.bytes"), BINDING)).isEqualTo(SECRET);
  }

  @Test
  void opensUnderTheSecondLiveKeyToo() {
    WrappedDataKey second = committed("wrapped.second.kekId", "wrapped.second.bytes");

    assertThat(envelope.isCurrent(second)).isFalse();
    assertThat(join(envelope.open(second, OWNER)).open(Vectors.bytes("sealed.bytes"), BINDING))
        .isEqualTo(SECRET);
  }

  @Test
  void newKeysAreStoredUnderTheCurrentKeyAndOpenAgain() {
    NewDataKey made = join(envelope.newDataKey(OWNER));
    byte[] sealed = made.dataKey().seal(SECRET, BINDING);

    assertThat(made.wrapped().id())
        .matches("dek_[0-9a-hjkmnp-tv-z]{26}")
        .isEqualTo(made.dataKey().id());
    assertThat(made.wrapped().kekId()).isEqualTo("local:1a2b3c4d");
    assertThat(made.wrapped().bytes())
        .startsWith(1, 1, 0x1a, 0x2b, 0x3c, 0x4d)
        .hasSize(1 + 5 + 12 + 32 + 16);
    assertThat(join(envelope.open(made.wrapped(), OWNER)).open(sealed, BINDING)).isEqualTo(SECRET);
  }

  @Test
  void twoOwnersNeverShareAKey() {
    NewDataKey first = join(envelope.newDataKey("dek_a", OWNER));
    NewDataKey second = join(envelope.newDataKey("dek_a", OWNER));
    byte[] sealed = first.dataKey().seal(SECRET, BINDING);

    assertThatThrownBy(() -> second.dataKey().open(sealed, BINDING))
        .isInstanceOf(EnvelopeException.SecretDoesNotOpen.class);
  }

  static Stream<DataKeyOwner> otherOwners() {
    return Stream.of(
        new DataKeyOwner("org_2", "prj_1"),
        new DataKeyOwner("org_1", "prj_2"),
        new DataKeyOwner("org_1", null));
  }

  @ParameterizedTest
  @MethodSource("otherOwners")
  void opensForNoOtherOwner(DataKeyOwner other) {
    assertFails(() -> join(envelope.open(COMMITTED, other)), DataKeyDoesNotOpen.class);
    assertFails(() -> join(envelope.rewrap(COMMITTED, other)), DataKeyDoesNotOpen.class);
  }

  @Test
  void opensUnderNoOtherId() {
    WrappedDataKey renamed = new WrappedDataKey("dek_other", COMMITTED.kekId(), COMMITTED.bytes());
    assertFails(() -> join(envelope.open(renamed, OWNER)), DataKeyDoesNotOpen.class);
  }

  /** Else a wrong label could let the key be retired that this row still needs. */
  @Test
  void opensUnderNoOtherLiveKeysName() {
    WrappedDataKey mislabelled =
        new WrappedDataKey("dek_test", "local:fedcba98", COMMITTED.bytes());
    assertFails(() -> join(envelope.open(mislabelled, OWNER)), DataKeyDoesNotOpen.class);
  }

  @Test
  void saysThatAKeyIsNotAtHand() {
    WrappedDataKey unknown = new WrappedDataKey("dek_test", "local:00000000", COMMITTED.bytes());
    assertFails(() -> join(envelope.open(unknown, OWNER)), KeyEncryptionKeyUnknown.class);
    assertFails(() -> join(envelope.rewrap(unknown, OWNER)), KeyEncryptionKeyUnknown.class);
  }

  @Test
  void noFlippedBitOpens() {
    byte[] wrapped = COMMITTED.bytes();
    for (int bit = 0; bit < wrapped.length * Byte.SIZE; bit++) {
      byte[] flipped = wrapped.clone();
      flipped[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
      assertDoesNotOpen(flipped);
    }
  }

  @Test
  void nothingCutOpens() {
    for (int length = 0; length < COMMITTED.bytes().length; length++) {
      assertDoesNotOpen(Arrays.copyOf(COMMITTED.bytes(), length));
    }
  }

  /** Properly wrapped, but half as long: a key service that was fed something else. */
  @Test
  void aKeyOfAnotherLengthIsNotUsed() {
    assertDoesNotOpen(Vectors.bytes("wrapped.short.bytes"));
  }

  @Test
  void rewrapMovesToTheCurrentKeyAndEverySecretStillOpens() {
    KeyEncryptionKeys rotated = keys.withPrimary("local:fedcba98");
    Envelope after = new Envelope(rotated);

    WrappedDataKey moved = join(after.rewrap(COMMITTED, OWNER));
    KeyEncryptionKeys retired = rotated.without("local:1a2b3c4d");

    assertThat(moved.id()).isEqualTo(COMMITTED.id());
    assertThat(moved.kekId()).isEqualTo("local:fedcba98");
    assertThat(after.isCurrent(moved)).isTrue();
    assertThat(
            join(new Envelope(retired).open(moved, OWNER))
                .open(Vectors.bytes("sealed.bytes"), BINDING))
        .isEqualTo(SECRET);
    assertFails(
        () -> join(new Envelope(retired).open(COMMITTED, OWNER)), KeyEncryptionKeyUnknown.class);
  }

  @Test
  void rewrapMovesBetweenKeyServices() {
    KeyEncryptionKeys other = KeyEncryptionKeys.generate();
    Envelope moving = new Envelope(other, List.of(keys));

    WrappedDataKey moved = join(moving.rewrap(COMMITTED, OWNER));

    assertThat(moved.kekId()).isEqualTo(other.id());
    assertThat(
            join(new Envelope(other).open(moved, OWNER))
                .open(Vectors.bytes("sealed.bytes"), BINDING))
        .isEqualTo(SECRET);
  }

  @Test
  void anyFailureOfTheKeyServiceIsUnavailable() {
    Envelope broken = new Envelope(new BrokenKey("local:1a2b3c4d"));
    assertFails(() -> join(broken.open(COMMITTED, OWNER)), KeyEncryptionKeyUnavailable.class);
    assertFails(() -> join(broken.newDataKey(OWNER)), KeyEncryptionKeyUnavailable.class);
    assertFails(() -> join(broken.rewrap(COMMITTED, OWNER)), KeyEncryptionKeyUnavailable.class);
  }

  @Test
  void printsNoKey() {
    assertThat(join(envelope.newDataKey("dek_a", OWNER)))
        .hasToString(
            "NewDataKey[dataKey=DataKey[id=dek_a, [REDACTED]],"
                + " wrapped=WrappedDataKey[id=dek_a, kekId=local:1a2b3c4d]]");
  }

  private void assertDoesNotOpen(byte[] bytes) {
    WrappedDataKey changed = new WrappedDataKey("dek_test", COMMITTED.kekId(), bytes);
    assertFails(() -> join(envelope.open(changed, OWNER)), DataKeyDoesNotOpen.class);
  }

  private static void assertFails(ThrowingCallable call, Class<? extends EnvelopeException> type) {
    assertThatThrownBy(call)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isExactlyInstanceOf(type);
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  private static WrappedDataKey committed(String kekId, String bytes) {
    return new WrappedDataKey(
        Vectors.text("wrapped.id"), Vectors.text(kekId), Vectors.bytes(bytes));
  }

  private record BrokenKey(String id) implements KeyEncryptionKey {

    @Override
    public CompletionStage<byte[]> wrap(SecretBytes dataKey, byte[] associatedData) {
      throw new IllegalStateException("refused before the call");
    }

    @Override
    public CompletionStage<SecretBytes> unwrap(byte[] wrapped, byte[] associatedData) {
      return CompletableFuture.failedStage(new IllegalStateException("503"));
    }
  }
}
