package dev.tollgate.gateway.credentials;

import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretBytes;
import dev.tollgate.crypto.secret.SecretString;
import dev.tollgate.gateway.snapshot.CredentialSnapshot;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The fields of one version of a credential, secret and clear ones. */
record OpenedCredential(
    CredentialSnapshot credential, Map<String, SecretString> secrets, Map<String, String> clear) {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String USUAL_FIELD = "api_key";

  static OpenedCredential of(
      CredentialSnapshot credential, CredentialSnapshot.Version version, SecretBytes opened) {
    byte[] json = opened.reveal(SecretAccess.granted());
    try {
      Map<String, SecretString> secrets = new LinkedHashMap<>();
      JsonNode fields = JSON.readTree(json);
      fields.forEachEntry((name, value) -> secrets.put(name, SecretString.of(value.asString())));
      return new OpenedCredential(credential, secrets, version.fields());
    } finally {
      SecretBytes.wipe(json);
    }
  }

  /** The named field; without a name the only secret one, else {@code api_key}. */
  @Nullable SecretString field(@Nullable String name) {
    if (name == null) {
      return secrets.size() == 1 ? secrets.values().iterator().next() : secrets.get(USUAL_FIELD);
    }
    SecretString secret = secrets.get(name);
    if (secret != null) {
      return secret;
    }
    String value = clear.get(name);
    return value == null ? null : SecretString.of(value);
  }

  @Override
  public String toString() {
    return "OpenedCredential[" + credential.credentialId() + "]";
  }
}
