package dev.tollgate.gateway.snapshot.internal;

import dev.tollgate.crypto.envelope.WrappedDataKey;
import dev.tollgate.gateway.snapshot.CredentialSnapshot;
import dev.tollgate.gateway.snapshot.SigningSecret;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the column {@code signing_secrets} of {@code gateway_v1.virtual_key}: a JSON array. */
final class SigningSecretRows {

  private static final JsonMapper JSON = JsonMapper.shared();

  private SigningSecretRows() {}

  static List<SigningSecret> read(@Nullable String json) {
    if (json == null) {
      return List.of();
    }
    List<SigningSecret> secrets = new ArrayList<>();
    for (JsonNode row : JSON.readTree(json)) {
      secrets.add(secret(row));
    }
    return List.copyOf(secrets);
  }

  private static SigningSecret secret(JsonNode row) {
    JsonNode end = row.required("valid_until");
    return new SigningSecret(
        row.required("version").intValue(),
        row.required("project_id").asString(null),
        new CredentialSnapshot.Sealed(
            bytes(row, "sealed"),
            new WrappedDataKey(
                row.required("data_key_id").stringValue(),
                row.required("kek_id").stringValue(),
                bytes(row, "wrapped"))),
        end.isNull() ? null : OffsetDateTime.parse(end.stringValue()).toInstant());
  }

  private static byte[] bytes(JsonNode row, String name) {
    return HexFormat.of().parseHex(row.required(name).stringValue());
  }
}
