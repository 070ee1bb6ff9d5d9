package dev.tollgate.crypto.keyset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import dev.tollgate.crypto.Vectors;
import dev.tollgate.crypto.envelope.EnvelopeException.DataKeyDoesNotOpen;
import dev.tollgate.crypto.secret.SecretBytes;
import dev.tollgate.crypto.secret.SecretFile;
import dev.tollgate.crypto.secret.SecretFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyEncryptionKeysTest {

  private static final byte[] AAD = {7};
  private static final SecretBytes DATA_KEY = SecretBytes.of(Vectors.bytes("dek"));

  @TempDir private Path directory;

  @Test
  void createdFileIsItsOwnersAndLoadsAsTheSameKey() throws IOException {
    Path file = directory.resolve("keyset.json");
    KeyEncryptionKeys created = KeyEncryptionKeys.create(file);

    KeyEncryptionKeys loaded = KeyEncryptionKeys.load(file);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(loaded.id()).isEqualTo(created.id()).matches("local:[0-9a-f]{8}");
    assertThat(join(loaded.unwrap(join(created.wrap(DATA_KEY, AAD)), AAD))).isEqualTo(DATA_KEY);
  }

  @Test
  void createNeverOverwritesAKeyset() {
    Path file = directory.resolve("keyset.json");
    KeyEncryptionKeys created = KeyEncryptionKeys.create(file);
    assertThatThrownBy(() -> KeyEncryptionKeys.create(file))
        .isInstanceOf(SecretFileException.class);
    assertThat(KeyEncryptionKeys.load(file).id()).isEqualTo(created.id());
  }

  @Test
  void readsTheCommittedKeyset() {
    KeyEncryptionKeys keys = KeyEncryptionKeys.load(Vectors.secretFile("keyset.json", directory));
    assertThat(keys.id()).isEqualTo("local:1a2b3c4d");
    assertThat(keys.ids()).containsExactly("local:1a2b3c4d", "local:fedcba98");
    assertThat(keys.holds("local:fedcba98")).isTrue();
    assertThat(keys.holds("local:00000000")).isFalse();
  }

  @Test
  void rotatesWithoutAMomentInWhichAReaderCannotOpen() {
    KeyEncryptionKeys first = KeyEncryptionKeys.generate();
    byte[] old = join(first.wrap(DATA_KEY, AAD));

    KeyEncryptionKeys announced = first.withNewKey();
    String next = announced.ids().getLast();
    KeyEncryptionKeys promoted = announced.withPrimary(next);
    byte[] fresh = join(promoted.wrap(DATA_KEY, AAD));
    KeyEncryptionKeys retired = promoted.without(first.id());

    assertThat(announced.id()).isEqualTo(first.id());
    assertThat(promoted.id()).isEqualTo(next).isNotEqualTo(first.id());
    assertThat(join(promoted.unwrap(old, AAD))).isEqualTo(DATA_KEY);
    assertThat(join(announced.unwrap(fresh, AAD))).isEqualTo(DATA_KEY);
    assertThat(retired.ids()).containsExactly(next);
    assertThat(join(retired.unwrap(fresh, AAD))).isEqualTo(DATA_KEY);
    assertDoesNotOpen(retired, old, AAD);
  }

  @Test
  void rotationSurvivesItsFile() {
    Path file = directory.resolve("keyset.json");
    KeyEncryptionKeys two = KeyEncryptionKeys.create(file).withNewKey();
    two.withPrimary(two.ids().getLast()).replace(file);

    KeyEncryptionKeys loaded = KeyEncryptionKeys.load(file);

    assertThat(loaded.ids()).isEqualTo(two.ids());
    assertThat(loaded.id()).isEqualTo(two.ids().getLast());
  }

  @Test
  void onlyTwoKeysAreLiveAtOnce() {
    KeyEncryptionKeys two = KeyEncryptionKeys.generate().withNewKey();
    assertThatThrownBy(two::withNewKey).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void neitherThePrimaryNorAnUnknownKeyCanBeRetired() {
    KeyEncryptionKeys two = KeyEncryptionKeys.generate().withNewKey();
    assertThatThrownBy(() -> two.without(two.id())).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> two.without("local:0")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> two.withPrimary("aws:x")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void opensOnlyWithTheSameAssociatedData() {
    KeyEncryptionKeys keys = KeyEncryptionKeys.generate();
    assertDoesNotOpen(keys, join(keys.wrap(DATA_KEY, AAD)), new byte[] {8});
    assertDoesNotOpen(keys, new byte[0], AAD);
    assertDoesNotOpen(KeyEncryptionKeys.generate(), join(keys.wrap(DATA_KEY, AAD)), AAD);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "[]", "not json", "{\"primaryKeyId\":1,\"key\":[]}", "null"})
  void refusesWhatIsNoKeysetWithoutRepeatingIt(String content) {
    Path file = directory.resolve("keyset.json");
    SecretFile.create(file, content.getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> KeyEncryptionKeys.load(file))
        .isInstanceOf(SecretFileException.class)
        .hasMessage("secret file " + file + " is not a Tink keyset of AES-256-GCM keys")
        .hasNoCause();
  }

  @Test
  void refusesAWeakerKind() throws GeneralSecurityException {
    AeadConfig.register();
    KeysetHandle weaker =
        KeysetHandle.generateNew(PredefinedAeadParameters.AES128_GCM, RegistryConfiguration.get());
    assertRefused(json(weaker));
  }

  @Test
  void refusesADisabledKey() throws IOException {
    String committed = Files.readString(Vectors.secretFile("keyset.json", directory));
    int secondStatus = committed.lastIndexOf("ENABLED");
    assertRefused(
        committed.substring(0, secondStatus) + "DISABLED" + committed.substring(secondStatus + 7));
  }

  @Test
  void refusesAFileOpenToEverybody() throws IOException {
    Path file = Vectors.secretFile("keyset.json", directory);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> KeyEncryptionKeys.load(file)).isInstanceOf(SecretFileException.class);
  }

  @Test
  void printsIdsOnly() {
    KeyEncryptionKeys keys = KeyEncryptionKeys.load(Vectors.secretFile("keyset.json", directory));
    assertThat(keys)
        .hasToString(
            "KeyEncryptionKeys[primary=local:1a2b3c4d, live=[local:1a2b3c4d, local:fedcba98]]");
  }

  private void assertRefused(String json) {
    Path file = directory.resolve("refused.json");
    SecretFile.create(file, json.getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> KeyEncryptionKeys.load(file)).isInstanceOf(SecretFileException.class);
  }

  private static String json(KeysetHandle keyset) throws GeneralSecurityException {
    return TinkJsonProtoKeysetFormat.serializeKeyset(
        keyset, RegistryConfiguration.get(), InsecureSecretKeyAccess.get());
  }

  private static void assertDoesNotOpen(
      KeyEncryptionKeys keys, byte[] wrapped, byte[] associatedData) {
    assertThatThrownBy(() -> join(keys.unwrap(wrapped, associatedData)))
        .isInstanceOf(CompletionException.class)
        .hasCauseExactlyInstanceOf(DataKeyDoesNotOpen.class);
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }
}
