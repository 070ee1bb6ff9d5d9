package dev.tollgate.deploy.launcher;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.crypto.keyset.KeyEncryptionKeys;
import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretFile;
import dev.tollgate.crypto.token.KeyKind;
import dev.tollgate.crypto.token.OpaqueKey;
import dev.tollgate.crypto.token.PepperSet;
import dev.tollgate.crypto.token.TokenSigningKey;
import dev.tollgate.deploy.launcher.database.DatabasePasswords;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The secrets of an installation, each in a file that only its owner can read. They are made once;
 * losing the keyset loses every stored credential.
 */
record SecretFiles(
    Path keyset, Path pepper, Path tokenSigningKey, Path rootKey, Path databasePasswords) {

  static SecretFiles in(DataDirectory directory) {
    return new SecretFiles(
        directory.file("keyset.json"),
        directory.file("pepper.json"),
        directory.file("token-signing-key.json"),
        directory.file("root-key"),
        directory.file("database-passwords.json"));
  }

  /** Makes the data directory and its secrets, as the first start does, and no more. */
  static void initialise(Path dataDirectory) {
    try (DataDirectory directory = DataDirectory.open(dataDirectory)) {
      in(directory).createMissing(Files.exists(directory.file("postgres")));
    }
  }

  /**
   * Makes what is missing.
   *
   * @throws LauncherException when some are missing from an installation that has a database:
   *     making new ones would leave what is stored unreadable
   * @throws dev.tollgate.crypto.secret.SecretFileException when one cannot be written
   */
  void createMissing(boolean databaseExists) {
    for (Map.Entry<Path, Consumer<Path>> secret : makers().entrySet()) {
      Path file = secret.getKey();
      if (Files.exists(file)) {
        continue;
      }
      if (databaseExists) {
        throw new LauncherException(file + " is missing; put it back from a backup");
      }
      secret.getValue().accept(file);
    }
  }

  private Map<Path, Consumer<Path>> makers() {
    Map<Path, Consumer<Path>> makers = new LinkedHashMap<>();
    makers.put(keyset, KeyEncryptionKeys::create);
    makers.put(pepper, PepperSet::create);
    makers.put(tokenSigningKey, TokenSigningKey::create);
    makers.put(rootKey, SecretFiles::createRootKey);
    makers.put(databasePasswords, DatabasePasswords::create);
    return makers;
  }

  private static void createRootKey(Path file) {
    String key = OpaqueKey.generate(KeyKind.ADMIN_KEY).reveal(SecretAccess.granted());
    SecretFile.create(file, (key + "\n").getBytes(US_ASCII));
  }
}
