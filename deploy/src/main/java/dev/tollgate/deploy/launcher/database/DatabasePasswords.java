package dev.tollgate.deploy.launcher.database;

import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretBytes;
import dev.tollgate.crypto.secret.SecretFile;
import dev.tollgate.crypto.secret.SecretString;
import dev.tollgate.deploy.launcher.LauncherException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A password for each role, kept in a file of owner-only mode: a JSON object from user name to
 * password.
 */
public final class DatabasePasswords {

  private static final int RANDOM_BYTES = 32;
  private static final Pattern URL_SAFE = Pattern.compile("[A-Za-z0-9_-]{16,128}");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Map<DatabaseRole, SecretString> passwords;

  private DatabasePasswords(Map<DatabaseRole, SecretString> passwords) {
    this.passwords = new EnumMap<>(passwords);
  }

  /**
   * Makes new passwords and writes them.
   *
   * @throws dev.tollgate.crypto.secret.SecretFileException if the file exists or cannot be written
   */
  public static void create(Path file) {
    SecureRandom random = new SecureRandom();
    Map<String, String> document = new LinkedHashMap<>();
    for (DatabaseRole role : DatabaseRole.values()) {
      byte[] bytes = new byte[RANDOM_BYTES];
      random.nextBytes(bytes);
      document.put(role.user(), Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }
    SecretFile.create(file, JSON.writeValueAsBytes(document));
  }

  /**
   * Reads what {@link #create} wrote.
   *
   * @throws dev.tollgate.crypto.secret.SecretFileException if the file is missing or open to others
   * @throws LauncherException if a role's password is not in it
   */
  public static DatabasePasswords load(Path file) {
    byte[] content = SecretFile.read(file).reveal(SecretAccess.granted());
    try {
      JsonNode document = JSON.readTree(content);
      Map<DatabaseRole, SecretString> passwords = new EnumMap<>(DatabaseRole.class);
      for (DatabaseRole role : DatabaseRole.values()) {
        passwords.put(role, password(document, role, file));
      }
      return new DatabasePasswords(passwords);
    } catch (JacksonException e) {
      // the parser's message may quote what it read
      throw new LauncherException(file + " is not JSON");
    } finally {
      SecretBytes.wipe(content);
    }
  }

  /** For a connection's properties; nobody may log it. */
  public String reveal(DatabaseRole role) {
    SecretString password = passwords.get(role);
    if (password == null) {
      throw new IllegalStateException("every role has a password");
    }
    return password.reveal(SecretAccess.granted());
  }

  private static SecretString password(JsonNode document, DatabaseRole role, Path file) {
    String password = document.path(role.user()).asString("");
    if (!URL_SAFE.matcher(password).matches()) {
      throw new LauncherException(file + " has no URL-safe password for " + role.user());
    }
    return SecretString.of(password);
  }

  @Override
  public String toString() {
    return "DatabasePasswords[REDACTED]";
  }
}
