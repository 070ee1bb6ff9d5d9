package dev.tollgate.crypto.token;

import dev.tollgate.crypto.secret.SecretBytes;
import dev.tollgate.crypto.secret.SecretFile;
import dev.tollgate.crypto.secret.SecretFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The peppers under which opaque keys are digested: one current, older ones still accepted. Kept
 * outside the database, so that a copy of the database alone does not even let anybody test
 * guesses.
 *
 * <p>File, mode 0600, at most {@value #MAX_PEPPERS} peppers, each of 32–64 bytes in standard
 * Base64:
 *
 * <pre>{"current":2,"peppers":{"1":"base64","2":"base64"}}</pre>
 */
public final class PepperSet {

  private static final int GENERATED_BYTES = 32;
  private static final int LONGEST_BYTES = 64;
  private static final int MAX_PEPPERS = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final int currentVersion;
  private final NavigableMap<Integer, SecretBytes> peppers;

  /**
   * A set of peppers by version.
   *
   * @throws IllegalArgumentException if the current version is missing, a version is below 1, a
   *     pepper is shorter than 32 or longer than 64 bytes, or there are more than 16
   */
  public PepperSet(int currentVersion, Map<Integer, SecretBytes> peppers) {
    this.currentVersion = currentVersion;
    NavigableMap<Integer, SecretBytes> newestFirst = new TreeMap<>(Comparator.reverseOrder());
    newestFirst.putAll(peppers);
    this.peppers = Collections.unmodifiableNavigableMap(newestFirst);
    refuseNonsense();
  }

  /** A new set with one random pepper, version 1. */
  public static PepperSet generate() {
    return new PepperSet(1, Map.of(1, randomPepper()));
  }

  /**
   * Generates a set and writes it to a new file of mode 0600.
   *
   * @throws SecretFileException if the file exists or cannot be written
   */
  public static PepperSet create(Path file) {
    PepperSet generated = generate();
    SecretFile.create(file, generated.toJson());
    return generated;
  }

  /**
   * Reads a set.
   *
   * @throws SecretFileException if the file is missing, open to everybody, or not such a set
   */
  public static PepperSet load(Path file) {
    PepperSet parsed = PepperFile.parse(SecretFile.read(file));
    if (parsed == null) {
      throw new SecretFileException(file, "is not a set of peppers");
    }
    return parsed;
  }

  /** Writes this set over {@code file} in one step, mode 0600. */
  public void replace(Path file) {
    SecretFile.replace(file, toJson());
  }

  /**
   * The same peppers and a new random one, which is current: the first step of a rotation. Keys are
   * digested anew when they are next made or seen; the old pepper stays until {@link #without}.
   */
  public PepperSet rotated() {
    int next = Math.addExact(peppers.firstKey(), 1);
    Map<Integer, SecretBytes> more = new TreeMap<>(peppers);
    more.put(next, randomPepper());
    return new PepperSet(next, more);
  }

  /**
   * The set without an older pepper: every key digested under it stops working.
   *
   * @throws IllegalArgumentException if it is the current version
   */
  public PepperSet without(int version) {
    Map<Integer, SecretBytes> fewer = new TreeMap<>(peppers);
    fewer.remove(version);
    return new PepperSet(currentVersion, fewer);
  }

  /** The version under which new keys are digested. */
  public int currentVersion() {
    return currentVersion;
  }

  /** All peppers by version, the newest first. */
  NavigableMap<Integer, SecretBytes> peppers() {
    return peppers;
  }

  private byte[] toJson() {
    return PepperFile.render(this);
  }

  private void refuseNonsense() {
    if (peppers.size() > MAX_PEPPERS
        || !peppers.containsKey(currentVersion)
        || peppers.lastKey() < 1
        || !peppers.values().stream().allMatch(PepperSet::hasGoodLength)) {
      throw new IllegalArgumentException(
          "a pepper set has its current version and 1 to 16 peppers of 32 to 64 bytes");
    }
  }

  private static boolean hasGoodLength(SecretBytes pepper) {
    return pepper.length() >= GENERATED_BYTES && pepper.length() <= LONGEST_BYTES;
  }

  private static SecretBytes randomPepper() {
    byte[] random = new byte[GENERATED_BYTES];
    RANDOM.nextBytes(random);
    SecretBytes pepper = SecretBytes.of(random);
    SecretBytes.wipe(random);
    return pepper;
  }

  /** Names the versions only. */
  @Override
  public String toString() {
    return "PepperSet[current=" + currentVersion + ", versions=" + peppers.keySet() + "]";
  }
}
