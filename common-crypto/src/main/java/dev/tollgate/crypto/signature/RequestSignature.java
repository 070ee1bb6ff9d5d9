package dev.tollgate.crypto.signature;

import dev.tollgate.crypto.secret.SecretString;
import dev.tollgate.crypto.signature.SignatureVerification.Invalid;
import dev.tollgate.crypto.signature.SignatureVerification.Missing;
import dev.tollgate.crypto.signature.SignatureVerification.TimestampOutOfRange;
import dev.tollgate.crypto.signature.SignatureVerification.Valid;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Signs and verifies requests under one key's signing secret: HMAC-SHA-256, keyed with the UTF-8
 * bytes of the secret exactly as it was returned, over the UTF-8 bytes of
 *
 * <pre>
 * v1\n{METHOD}\n{path and query as sent}\n{timestamp}\n{nonce}\n{lower-case hex SHA-256 of the body}
 * </pre>
 *
 * sent as {@code v1=} and the hexadecimal MAC. Compared in constant time. Thread-safe; a pure
 * function of its arguments. Whether the nonce was seen before is for the caller, who remembers
 * nonces of all replicas.
 */
public final class RequestSignature {

  private static final String VERSION = "v1";
  private static final String SIGNATURE_PREFIX = VERSION + "=";
  private static final String SECRET_PREFIX = "tgs_";
  private static final int SECRET_BYTES = 32;
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,12}");
  private static final Pattern NONCE = Pattern.compile("[A-Za-z0-9._~-]{16,64}");
  private static final Pattern SIGNATURE = Pattern.compile(SIGNATURE_PREFIX + "[0-9A-Fa-f]{64}");
  private static final Pattern VISIBLE_ASCII = Pattern.compile("[!-~]+");
  private static final SecureRandom RANDOM = new SecureRandom();

  private final HmacSha256 hmac;

  /** For requests under {@code signingSecret}, which is not empty. */
  public RequestSignature(SecretString signingSecret) {
    this.hmac = new HmacSha256(signingSecret.utf8());
  }

  /** A new signing secret: {@code tgs_} and 43 base64url characters of 32 random bytes. */
  public static SecretString generateSecret() {
    byte[] random = new byte[SECRET_BYTES];
    RANDOM.nextBytes(random);
    return SecretString.of(
        SECRET_PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random));
  }

  /** The value of {@code X-Tollgate-Signature}, as a client makes it. */
  public String sign(SignedRequest request, String timestamp, String nonce) {
    return SIGNATURE_PREFIX
        + HexFormat.of().formatHex(hmac.of(signedText(request, timestamp, nonce)));
  }

  /**
   * Verifies a request.
   *
   * @param request what was received
   * @param headers what the client says of it
   * @param requirements of the key's policy
   * @param now the time to judge the timestamp by
   */
  public SignatureVerification verify(
      SignedRequest request,
      SignatureHeaders headers,
      SignatureRequirements requirements,
      Instant now) {
    if (isIncomplete(headers, requirements)) {
      return new Missing();
    }
    if (!isWellFormed(headers) || !isUnambiguous(request)) {
      return new Invalid();
    }
    if (!isInRange(headers.timestamp(), requirements.maxTimestampAge(), now)) {
      return new TimestampOutOfRange();
    }
    return isSignedBy(request, headers) ? new Valid(headers.nonce()) : new Invalid();
  }

  private static boolean isIncomplete(SignatureHeaders headers, SignatureRequirements required) {
    return headers.signature() == null
        || (required.timestampRequired() && headers.timestamp() == null)
        || (required.nonceRequired() && headers.nonce() == null);
  }

  private static boolean isWellFormed(SignatureHeaders headers) {
    return matches(SIGNATURE, headers.signature())
        && matches(SECONDS, headers.timestamp())
        && matches(NONCE, headers.nonce());
  }

  private static boolean matches(Pattern pattern, @Nullable String value) {
    return value == null || pattern.matcher(value).matches();
  }

  /**
   * A line break inside a part would let two requests share one text, and so would characters that
   * have no or several encodings. HTTP allows neither (RFC 9112 §3); this does not rely on that.
   */
  private static boolean isUnambiguous(SignedRequest request) {
    return matches(VISIBLE_ASCII, request.method())
        && matches(VISIBLE_ASCII, request.pathAndQuery());
  }

  private static boolean isInRange(@Nullable String timestamp, Duration maxAge, Instant now) {
    if (timestamp == null) {
      return true;
    }
    long ageSeconds = Math.abs(now.getEpochSecond() - Long.parseLong(timestamp));
    return ageSeconds <= maxAge.toSeconds();
  }

  private boolean isSignedBy(SignedRequest request, SignatureHeaders headers) {
    byte[] text = signedText(request, orEmpty(headers.timestamp()), orEmpty(headers.nonce()));
    byte[] presented =
        HexFormat.of().parseHex(orEmpty(headers.signature()).substring(SIGNATURE_PREFIX.length()));
    return hmac.verifies(text, presented);
  }

  private static byte[] signedText(SignedRequest request, String timestamp, String nonce) {
    String text =
        String.join(
            "\n",
            VERSION,
            request.method(),
            request.pathAndQuery(),
            timestamp,
            nonce,
            request.bodySha256Hex());
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String orEmpty(@Nullable String value) {
    return value == null ? "" : value;
  }

  @Override
  public String toString() {
    return "RequestSignature[[REDACTED]]";
  }
}
