package dev.tollgate.deploy.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * How a client signs, written from the specification and not with the product's own class.
 *
 * @param algorithm of {@link Mac}
 * @param ageSeconds how far back the timestamp lies
 * @param nonce null: none is sent
 */
record Signature(String algorithm, long ageSeconds, @Nullable String nonce) {

  static Signature right() {
    return new Signature("HmacSHA256", 0, UUID.randomUUID().toString());
  }

  static Signature aged(long seconds) {
    return new Signature("HmacSHA256", seconds, UUID.randomUUID().toString());
  }

  static Signature by(String algorithm) {
    return new Signature(algorithm, 0, UUID.randomUUID().toString());
  }

  List<String> headers(String method, String target, byte[] body, @Nullable String secret) {
    String time = Long.toString(Instant.now().getEpochSecond() - ageSeconds);
    String sent = nonce == null ? "" : nonce;
    String signed = String.join("\n", "v1", method, target, time, sent, sha256(body));
    List<String> headers = new ArrayList<>();
    headers.add("X-Tollgate-Timestamp: " + time);
    headers.add("X-Tollgate-Signature: v1=" + mac(secret == null ? "none" : secret, signed));
    if (nonce != null) {
      headers.add("X-Tollgate-Nonce: " + nonce);
    }
    return headers;
  }

  private static String sha256(byte[] body) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private String mac(String secret, String text) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(secret.getBytes(UTF_8), algorithm));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
