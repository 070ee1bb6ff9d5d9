package dev.tollgate.crypto.token;

import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretBytes;
import dev.tollgate.crypto.secret.SecretString;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Digests opaque keys for storage and look-up: HMAC-SHA-256 with a pepper as the key over the UTF-8
 * bytes of the whole presented key, prefix and checksum included. The keys hold 256 random bits, so
 * one fast keyed hash is right; a slow password hash would only be a way to burn the gateway's CPU.
 *
 * <p>Thread-safe and free of locks and thread-locals: each call works on a clone of a prepared
 * {@link Mac}, at about the cost of two SHA-256 blocks. It never blocks, so event loops may call
 * it.
 */
public final class KeyDigester {

  private static final String ALGORITHM = "HmacSHA256";

  private final PreparedMac current;
  private final List<PreparedMac> currentFirst;

  /** A digester for these peppers; it keeps no reference to the set. */
  public KeyDigester(PepperSet peppers) {
    this.current = prepare(peppers, peppers.currentVersion());
    List<PreparedMac> macs = new ArrayList<>(List.of(current));
    peppers.peppers().keySet().stream()
        .filter(version -> version != peppers.currentVersion())
        .map(version -> prepare(peppers, version))
        .forEach(macs::add);
    this.currentFirst = List.copyOf(macs);
  }

  /**
   * The digest under the current pepper: what is stored for a new key, and what a look-up tries
   * first.
   */
  public KeyDigest digest(String key) {
    return current.digest(key.getBytes(StandardCharsets.UTF_8));
  }

  /** As {@link #digest(String)}, of a key that was just made. */
  public KeyDigest digest(SecretString key) {
    return digest(key.reveal(SecretAccess.granted()));
  }

  /**
   * The digests under every live pepper: the current one first, then the others from the newest to
   * the oldest.
   */
  public List<KeyDigest> candidates(String key) {
    byte[] message = key.getBytes(StandardCharsets.UTF_8);
    if (currentFirst.size() == 1) {
      return List.of(current.digest(message));
    }
    return currentFirst.stream().map(mac -> mac.digest(message)).toList();
  }

  private static PreparedMac prepare(PepperSet peppers, int version) {
    SecretBytes pepper = peppers.peppers().get(version);
    if (pepper == null) {
      throw new IllegalStateException("a pepper set has its versions");
    }
    byte[] key = pepper.reveal(SecretAccess.granted());
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return new PreparedMac(version, mac);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, impossible);
    } finally {
      SecretBytes.wipe(key);
    }
  }

  /**
   * A keyed Mac that is only ever cloned, never used itself: cloning reads, so threads need no
   * lock.
   */
  private record PreparedMac(int version, Mac prototype) {

    KeyDigest digest(byte[] message) {
      return KeyDigest.owning(version, copy().doFinal(message));
    }

    private Mac copy() {
      try {
        return (Mac) prototype.clone();
      } catch (CloneNotSupportedException impossible) {
        throw new IllegalStateException("the platform's Mac cannot be cloned", impossible);
      }
    }
  }
}
