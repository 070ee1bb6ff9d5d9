package dev.tollgate.crypto.secret;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A secret file cannot be used: it is missing, readable by everybody, malformed, or cannot be
 * written. The message names the file and the reason for the operator and never repeats its
 * content.
 */
public final class SecretFileException extends RuntimeException {

  /** {@code reason} completes the sentence "secret file X …". */
  public SecretFileException(Path file, String reason) {
    this(file, reason, null);
  }

  /**
   * As above; {@code cause} must come from the file system, never from a parser that quotes what it
   * read.
   */
  public SecretFileException(Path file, String reason, @Nullable Throwable cause) {
    super("secret file " + file + " " + reason, cause);
  }
}
