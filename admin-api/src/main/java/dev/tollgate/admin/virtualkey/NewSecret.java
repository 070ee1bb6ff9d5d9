package dev.tollgate.admin.virtualkey;

import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretString;
import dev.tollgate.crypto.token.KeyDigest;
import dev.tollgate.crypto.token.KeyDigester;
import dev.tollgate.crypto.token.KeyKind;
import dev.tollgate.crypto.token.OpaqueKey;

/** A key's secret between its making and the one answer that shows it. */
record NewSecret(SecretString key, KeyDigest digest, String last4) {

  static NewSecret make(KeyDigester digester) {
    SecretString key = OpaqueKey.generate(KeyKind.VIRTUAL_KEY);
    return new NewSecret(key, digester.digest(key), OpaqueKey.last4(key));
  }

  /** For the answer to the call that made it, and nothing else. */
  String show() {
    return key.reveal(SecretAccess.granted());
  }
}
