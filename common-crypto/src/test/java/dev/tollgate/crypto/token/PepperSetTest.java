package dev.tollgate.crypto.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.crypto.Vectors;
import dev.tollgate.crypto.secret.SecretBytes;
import dev.tollgate.crypto.secret.SecretFile;
import dev.tollgate.crypto.secret.SecretFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PepperSetTest {

  private static final String KEY = Vectors.text("key.virtual");
  private static final String P32 = "UFFSU1RVVldYWVpbXF1eX2BhYmNkZWZnaGlqa2xtbm8=";

  @TempDir private Path directory;

  @Test
  void createdFileIsItsOwnersAndLoadsAsTheSamePeppers() throws IOException {
    Path file = directory.resolve("pepper.json");
    PepperSet created = PepperSet.create(file);

    PepperSet loaded = PepperSet.load(file);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(Files.readString(file))
        .matches("\\{\"current\":1,\"peppers\":\\{\"1\":\"[A-Za-z0-9+/]{43}=\"}}\n");
    assertThat(new KeyDigester(loaded).digest(KEY)).isEqualTo(new KeyDigester(created).digest(KEY));
    assertThatThrownBy(() -> PepperSet.create(file)).isInstanceOf(SecretFileException.class);
  }

  @Test
  void readsTheDocumentedFile() {
    PepperSet loaded =
        load(
            "{\"current\":2,\"peppers\":{\"1\":\""
                + P32
                + "\",\"2\":\""
                + "A".repeat(43)
                + "=\"}}");

    assertThat(loaded.currentVersion()).isEqualTo(2);
    assertThat(new KeyDigester(loaded).candidates(KEY).getLast())
        .isEqualTo(new KeyDigest(1, Vectors.bytes("digest.value")));
  }

  @Test
  void rotationKeepsOldPeppersUntilTheyAreDropped() {
    Path file = directory.resolve("pepper.json");
    PepperSet first = PepperSet.create(file);
    first.rotated().replace(file);

    PepperSet rotated = PepperSet.load(file);
    PepperSet dropped = rotated.without(1);

    assertThat(rotated).hasToString("PepperSet[current=2, versions=[2, 1]]");
    assertThat(new KeyDigester(rotated).candidates(KEY))
        .contains(new KeyDigester(first).digest(KEY));
    assertThat(new KeyDigester(dropped).candidates(KEY))
        .hasSize(1)
        .doesNotContain(new KeyDigester(first).digest(KEY));
    assertThatThrownBy(() -> rotated.without(2)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"current\":1}",
        "{\"current\":1,\"peppers\":{}}",
        "{\"current\":2,\"peppers\":{\"1\":\"" + P32 + "\"}}",
        "{\"current\":0,\"peppers\":{\"0\":\"" + P32 + "\"}}",
        "{\"current\":\"1\",\"peppers\":{\"1\":\"" + P32 + "\"}}",
        "{\"current\":1.0,\"peppers\":{\"1\":\"" + P32 + "\"}}",
        "{\"current\":99999999999,\"peppers\":{\"1\":\"" + P32 + "\"}}",
        "{\"current\":1,\"current\":1,\"peppers\":{\"1\":\"" + P32 + "\"}}",
        "{\"current\":1,\"peppers\":{\"1\":\"" + P32 + "\",\"1\":\"" + P32 + "\"}}",
        "{\"current\":1,\"peppers\":{\"1\":\"" + P32 + "\"},\"note\":\"x\"}",
        "{\"current\":1,\"peppers\":{\"1\":\"c2hvcnQ=\"}}",
        "{\"current\":1,\"peppers\":{\"1\":\"not base64!\"}}",
        "{\"current\":1,\"peppers\":{\"1\":null}}",
        "{\"current\":1,\"peppers\":{\"one\":\"" + P32 + "\"}}",
        "{\"current\":1,\"peppers\":{\"1\":\"" + P32 + "\"}} x"
      })
  void refusesWhatIsNoSetOfPeppersWithoutRepeatingIt(String content) {
    assertThatThrownBy(() -> load(content))
        .isInstanceOf(SecretFileException.class)
        .hasMessageEndingWith("is not a set of peppers")
        .hasNoCause();
  }

  @Test
  void refusesTooManyAndTooLongPeppers() {
    Map<Integer, SecretBytes> many = new HashMap<>();
    for (int version = 1; version <= 17; version++) {
      many.put(version, SecretBytes.of(new byte[32]));
    }
    assertThatThrownBy(() -> new PepperSet(1, many)).isInstanceOf(IllegalArgumentException.class);
    Map<Integer, SecretBytes> tooLong = Map.of(1, SecretBytes.of(new byte[65]));
    assertThatThrownBy(() -> new PepperSet(1, tooLong))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private PepperSet load(String content) {
    Path file = directory.resolve("pepper.json");
    SecretFile.create(file, content.getBytes(StandardCharsets.UTF_8));
    return PepperSet.load(file);
  }
}
