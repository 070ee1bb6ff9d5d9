package dev.tollgate.deploy.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.crypto.keyset.KeyEncryptionKeys;
import dev.tollgate.crypto.token.KeyKind;
import dev.tollgate.crypto.token.OpaqueKey;
import dev.tollgate.crypto.token.PepperSet;
import dev.tollgate.crypto.token.TokenSigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFilesTest {

  @TempDir private Path temporary;

  @Test
  void makesEverySecretForItsOwnerOnly() throws IOException {
    Path directory = temporary.resolve("data");
    SecretFiles.initialise(directory);
    assertThat(mode(directory)).isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> secrets = files.filter(file -> !file.endsWith("tollgate.lock")).toList();
      assertThat(secrets).hasSize(5);
      for (Path secret : secrets) {
        assertThat(mode(secret)).isEqualTo("rw-------");
      }
    }
  }

  @Test
  void makesWhatTheApplicationsRead() throws IOException {
    SecretFiles.initialise(temporary);
    KeyEncryptionKeys.load(temporary.resolve("keyset.json"));
    PepperSet.load(temporary.resolve("pepper.json"));
    TokenSigningKey.load(temporary.resolve("token-signing-key.json"));
    String rootKey = Files.readString(temporary.resolve("root-key"));
    assertThat(rootKey).endsWith("\n");
    assertThat(OpaqueKey.isWellFormed(KeyKind.ADMIN_KEY, rootKey.strip())).isTrue();
  }

  @Test
  void changesNothingTheSecondTime() throws IOException {
    SecretFiles.initialise(temporary);
    String rootKey = Files.readString(temporary.resolve("root-key"));
    Files.delete(temporary.resolve("pepper.json"));
    SecretFiles.initialise(temporary);
    assertThat(Files.readString(temporary.resolve("root-key"))).isEqualTo(rootKey);
    assertThat(temporary.resolve("pepper.json")).exists();
  }

  @Test
  void makesNoNewSecretBesideADatabaseThatNeedsTheOldOne() throws IOException {
    SecretFiles.initialise(temporary);
    Files.createDirectory(temporary.resolve("postgres"));
    Files.delete(temporary.resolve("keyset.json"));
    assertThatThrownBy(() -> SecretFiles.initialise(temporary))
        .isInstanceOf(LauncherException.class)
        .hasMessageContaining("keyset.json is missing");
    assertThat(temporary.resolve("keyset.json")).doesNotExist();
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
