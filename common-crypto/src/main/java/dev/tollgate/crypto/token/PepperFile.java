package dev.tollgate.crypto.token;

import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretBytes;
import dev.tollgate.crypto.token.StrictJson.Literal;
import dev.tollgate.crypto.token.StrictJson.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The JSON form of a {@link PepperSet}; nothing it refuses is repeated in a message. */
final class PepperFile {

  private static final Set<String> MEMBERS = Set.of("current", "peppers");

  private PepperFile() {}

  static byte[] render(PepperSet set) {
    return set.peppers().descendingMap().entrySet().stream()
        .map(pepper -> "\"" + pepper.getKey() + "\":\"" + base64(pepper.getValue()) + "\"")
        .collect(
            Collectors.joining(
                ",", "{\"current\":" + set.currentVersion() + ",\"peppers\":{", "}}\n"))
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** The set, or null if the file is not one. */
  static @Nullable PepperSet parse(SecretBytes file) {
    byte[] content = file.reveal(SecretAccess.granted());
    try {
      return of(StrictJson.parseObject(content));
    } catch (MalformedJsonException | IllegalArgumentException malformed) {
      return null;
    } finally {
      SecretBytes.wipe(content);
    }
  }

  private static @Nullable PepperSet of(Map<String, Object> members) {
    if (members.keySet().equals(MEMBERS)
        && members.get("current") instanceof Literal current
        && members.get("peppers") instanceof Map<?, ?> peppers) {
      return new PepperSet(Integer.parseInt(current.text()), decode(peppers));
    }
    return null;
  }

  private static Map<Integer, SecretBytes> decode(Map<?, ?> peppers) {
    Map<Integer, SecretBytes> decoded = new TreeMap<>();
    peppers.forEach((version, base64) ->
        decoded.put(
            Integer.valueOf((String) version),
            SecretBytes.of(Base64.getDecoder().decode(String.valueOf(base64)))));
    return decoded;
  }

  private static String base64(SecretBytes pepper) {
    return Base64.getEncoder().encodeToString(pepper.reveal(SecretAccess.granted()));
  }
}
