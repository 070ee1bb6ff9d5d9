package dev.tollgate.admin.access;

import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretFile;
import dev.tollgate.crypto.secret.SecretFileException;
import dev.tollgate.crypto.secret.SecretString;
import dev.tollgate.crypto.token.KeyKind;
import dev.tollgate.crypto.token.OpaqueKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.springframework.stereotype.Component;

/** The installation's first key, from its file. */
@Component
class RootKey {

  private final SecretString key;

  RootKey(AccessProperties properties) {
    this.key = read(properties.rootKeyFile());
  }

  /** Compares in constant time. */
  boolean matches(String presented) {
    return key.equals(SecretString.of(presented));
  }

  private static SecretString read(Path file) {
    byte[] content = SecretFile.read(file).reveal(SecretAccess.granted());
    String text = new String(content, StandardCharsets.UTF_8).strip();
    if (!OpaqueKey.isWellFormed(KeyKind.ADMIN_KEY, text)) {
      throw new SecretFileException(file, "is not a root key (tga_…)");
    }
    return SecretString.of(text);
  }
}
