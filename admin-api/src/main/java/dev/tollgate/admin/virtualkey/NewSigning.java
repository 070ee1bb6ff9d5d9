package dev.tollgate.admin.virtualkey;

import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretString;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a change made of a key's signing secret.
 *
 * @param secret the new one; null where none was made
 */
record NewSigning(@Nullable SecretString secret) {
  static final NewSigning NONE = new NewSigning(null);

  /** For the answer to the call that made it, and nothing else. */
  void putInto(ObjectNode answer) {
    if (secret != null) {
      answer.put("signing_secret", secret.reveal(SecretAccess.granted()));
    }
  }
}
