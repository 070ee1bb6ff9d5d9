package dev.tollgate.crypto.token;

import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretBytes;
import dev.tollgate.crypto.secret.SecretString;
import dev.tollgate.crypto.signature.HmacSha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Digests opaque keys for storage and look-up: HMAC-SHA-256 with a pepper as the key over the UTF-8
 * bytes of the whole presented key, prefix and checksum included. The keys hold 256 random bits, so
 * one fast keyed hash is right; a slow password hash would only be a way to burn the gateway's CPU.
 *
 * <p>Thread-safe; like {@link HmacSha256} it never locks or blocks, so event loops may call it.
 */
public final class KeyDigester {

  private final VersionedHmac current;
  private final List<VersionedHmac> currentFirst;

  /** A digester for these peppers; it keeps no reference to the set. */
  public KeyDigester(PepperSet peppers) {
    this.current = prepare(peppers, peppers.currentVersion());
    List<VersionedHmac> hmacs = new ArrayList<>(List.of(current));
    peppers.peppers().keySet().stream()
        .filter(version -> version != peppers.currentVersion())
        .map(version -> prepare(peppers, version))
        .forEach(hmacs::add);
    this.currentFirst = List.copyOf(hmacs);
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
    return currentFirst.stream().map(hmac -> hmac.digest(message)).toList();
  }

  private static VersionedHmac prepare(PepperSet peppers, int version) {
    SecretBytes pepper = Objects.requireNonNull(peppers.peppers().get(version));
    return new VersionedHmac(version, new HmacSha256(pepper));
  }

  private record VersionedHmac(int version, HmacSha256 hmac) {

    KeyDigest digest(byte[] message) {
      return KeyDigest.owning(version, hmac.of(message));
    }
  }
}
