package dev.tollgate.crypto.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretFileTest {

  private static final byte[] CONTENT = "top secret".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path directory;

  @Test
  void createsForItsOwnerOnly() throws IOException {
    Path file = directory.resolve("pepper.json");
    SecretFile.create(file, CONTENT);

    assertThat(permissions(file)).isEqualTo("rw-------");
    assertThat(Files.readAllBytes(file)).isEqualTo(CONTENT);
    assertThat(namesInDirectory()).containsExactly("pepper.json");
  }

  @Test
  void createNeverOverwrites() throws IOException {
    Path file = Files.writeString(directory.resolve("pepper.json"), "old");

    assertThatThrownBy(() -> SecretFile.create(file, CONTENT))
        .isInstanceOf(SecretFileException.class)
        .hasMessageContaining("exists already");
    assertThat(file).hasContent("old");
    assertThat(namesInDirectory()).containsExactly("pepper.json");
  }

  @Test
  void ofManyWhoCreateOneWinsAndTheContentIsWhole() throws Exception {
    Path file = directory.resolve("keyset.json");
    List<Callable<Boolean>> creators =
        IntStream.range(0, 16).mapToObj(number -> creator(file, number)).toList();

    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<Boolean>> results = threads.invokeAll(creators);
      assertThat(results.stream().filter(SecretFileTest::isTrue)).hasSize(1);
    }
    assertThat(Files.readString(file)).hasSize(10_000).matches("(.)\\1*");
    assertThat(namesInDirectory()).containsExactly("keyset.json");
  }

  @Test
  void replacesAlsoAnOpenFileByAnOwnerOnlyOne() throws IOException {
    Path file = Files.writeString(directory.resolve("keyset.json"), "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    SecretFile.replace(file, CONTENT);

    assertThat(permissions(file)).isEqualTo("rw-------");
    assertThat(file).hasBinaryContent(CONTENT);
    assertThat(namesInDirectory()).containsExactly("keyset.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-------", "r--------", "r--r-----", "rw-rw----", "rw-r-----"})
  void readsWhatOthersCannotOpen(String permissions) throws IOException {
    Path file = fileWith(permissions);
    assertThat(SecretFile.read(file)).isEqualTo(SecretBytes.of(CONTENT));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r--r--", "rw----r--", "rw-----w-", "rwxrwxrwx"})
  void refusesWhatEverybodyCanOpen(String permissions) throws IOException {
    Path file = fileWith(permissions);
    assertThatThrownBy(() -> SecretFile.read(file))
        .isInstanceOf(SecretFileException.class)
        .hasMessageContaining("open to every user")
        .hasMessageContaining(file.toString())
        .hasMessageNotContaining("top secret");
  }

  @Test
  void followsTheLinksOfMountedSecrets() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), fileWith("r--r-----"));
    assertThat(SecretFile.read(link)).isEqualTo(SecretBytes.of(CONTENT));
  }

  @Test
  void saysWhatIsMissing() {
    Path missing = directory.resolve("missing");
    assertThatThrownBy(() -> SecretFile.read(missing))
        .isInstanceOf(SecretFileException.class)
        .hasMessage("secret file " + missing + " does not exist");
  }

  @Test
  void refusesADirectory() {
    assertThatThrownBy(() -> SecretFile.read(directory)).isInstanceOf(SecretFileException.class);
  }

  @Test
  void readsUpToTheLimitAndNoFurther() throws IOException {
    Path largest = directory.resolve("largest");
    SecretFile.create(largest, new byte[SecretFile.MAX_BYTES]);
    Path larger = directory.resolve("larger");
    SecretFile.create(larger, new byte[SecretFile.MAX_BYTES + 1]);

    assertThat(SecretFile.read(largest).length()).isEqualTo(SecretFile.MAX_BYTES);
    assertThatThrownBy(() -> SecretFile.read(larger))
        .isInstanceOf(SecretFileException.class)
        .hasMessageContaining("larger than");
  }

  @Test
  void leavesNothingBehindWhereItCannotWrite() throws IOException {
    Path nowhere = directory.resolve("absent").resolve("keyset.json");
    assertThatThrownBy(() -> SecretFile.create(nowhere, CONTENT))
        .isInstanceOf(SecretFileException.class)
        .hasMessageContaining("cannot be written");
    assertThat(namesInDirectory()).isEmpty();
  }

  private static Callable<Boolean> creator(Path file, int number) {
    byte[] content = Integer.toString(number, 36).repeat(10_000).getBytes(StandardCharsets.UTF_8);
    return () -> {
      try {
        SecretFile.create(file, content);
        return true;
      } catch (SecretFileException lost) {
        return false;
      }
    };
  }

  private static boolean isTrue(Future<Boolean> result) {
    try {
      return result.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path fileWith(String permissions) throws IOException {
    Path file = Files.write(directory.resolve("file"), CONTENT);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private List<String> namesInDirectory() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
