package dev.tollgate.crypto.signature;

import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The part of a request that its signature covers, beside timestamp and nonce.
 *
 * @param method as received, for example {@code POST}
 * @param pathAndQuery the request target exactly as sent, not decoded
 * @param bodySha256Hex SHA-256 of the body (of no bytes if there is none), 64 lower-case
 *     hexadecimal digits
 */
public record SignedRequest(String method, String pathAndQuery, String bodySha256Hex) {

  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

  /** Refuses a hash that is none; method and target come from outside and may be anything. */
  public SignedRequest {
    if (!SHA_256.matcher(bodySha256Hex).matches()) {
      throw new IllegalArgumentException("not a SHA-256 in lower-case hexadecimal");
    }
  }

  /** As the constructor, with the hash as 32 bytes. */
  public static SignedRequest of(String method, String pathAndQuery, byte[] bodySha256) {
    return new SignedRequest(method, pathAndQuery, HexFormat.of().formatHex(bodySha256));
  }
}
