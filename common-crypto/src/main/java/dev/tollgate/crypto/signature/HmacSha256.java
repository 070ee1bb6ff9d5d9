package dev.tollgate.crypto.signature;

import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA-256 (RFC 2104) under one key, prepared once.
 *
 * <p>Thread-safe and free of locks and thread-locals: each call works on a clone of a keyed {@link
 * Mac} that is never used itself, and cloning only reads. It never blocks, so event loops may call
 * it.
 */
public final class HmacSha256 {

  /** Bytes of a MAC. */
  public static final int LENGTH = 32;

  private static final String ALGORITHM = "HmacSHA256";

  private final Mac prototype;

  /** Prepares {@code key}, which is not empty; no reference to it is kept. */
  public HmacSha256(SecretBytes key) {
    byte[] bytes = key.reveal(SecretAccess.granted());
    try {
      this.prototype = Mac.getInstance(ALGORITHM);
      prototype.init(new SecretKeySpec(bytes, ALGORITHM));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, impossible);
    } finally {
      SecretBytes.wipe(bytes);
    }
  }

  /** The MAC of {@code message}, 32 bytes. */
  public byte[] of(byte[] message) {
    return copyOfPrototype().doFinal(message);
  }

  /** Whether {@code presented} is the MAC of {@code message}, in constant time. */
  public boolean verifies(byte[] message, byte[] presented) {
    return MessageDigest.isEqual(of(message), presented);
  }

  private Mac copyOfPrototype() {
    try {
      return (Mac) prototype.clone();
    } catch (CloneNotSupportedException impossible) {
      throw new IllegalStateException("the platform's Mac cannot be cloned", impossible);
    }
  }

  @Override
  public String toString() {
    return "HmacSha256[[REDACTED]]";
  }
}
