package dev.tollgate.deploy.simulator;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Takes a request's body in as it comes; digests all of it, keeps only so much. */
final class BodyCollector {

  /** 16 MiB: beyond it an upload is known by its length and digest alone. */
  static final int KEPT_BYTES = 16 << 20;

  private final MessageDigest digest = sha256();
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private long length;

  void append(byte[] part) {
    digest.update(part);
    kept.write(part, 0, Math.min(part.length, KEPT_BYTES - kept.size()));
    length += part.length;
  }

  byte[] kept() {
    return kept.toByteArray();
  }

  long length() {
    return length;
  }

  String sha256Hex() {
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
