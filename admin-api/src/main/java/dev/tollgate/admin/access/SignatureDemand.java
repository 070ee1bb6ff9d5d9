package dev.tollgate.admin.access;

import tools.jackson.databind.JsonNode;

/**
 * Whether a policy document asks for signed requests, as the gateway reads it: a timestamp or a
 * nonce means nothing without a signature, so asking for one asks for that as well, unless the
 * document says no to signatures.
 */
public final class SignatureDemand {
  private SignatureDemand() {}

  public static boolean isIn(JsonNode document) {
    JsonNode rules = document.at("/security/authentication");
    JsonNode signature = rules.path("require_signature");
    return signature.isMissingNode()
        ? rules.path("require_timestamp").asBoolean(false)
            || rules.path("require_nonce").asBoolean(false)
        : signature.asBoolean(false);
  }
}
