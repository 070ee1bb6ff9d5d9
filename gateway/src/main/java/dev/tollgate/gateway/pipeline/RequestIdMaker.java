package dev.tollgate.gateway.pipeline;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes ids of 128 random bits, for one thread. The bits are AES in counter mode under a key that
 * only its cipher knows: {@link SecureRandom} takes longer for sixteen bytes than all the rest, and
 * a lock that all threads share.
 */
final class RequestIdMaker {

  private static final String PREFIX = "req_";
  private static final int BYTES = 16;
  private static final byte[] ZEROS = new byte[64 * BYTES];
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private final Cipher cipher = newCipher();
  private final byte[] random = new byte[ZEROS.length];
  private final byte[] text = (PREFIX + "0".repeat(2 * BYTES)).getBytes(StandardCharsets.US_ASCII);
  private int used = random.length;

  private static Cipher newCipher() {
    byte[] key = new byte[BYTES];
    new SecureRandom().nextBytes(key);
    try {
      Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[BYTES]));
      return cipher;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  String next() {
    if (used == random.length) {
      fill();
    }
    for (int i = PREFIX.length(); i < text.length; i += 2) {
      byte bits = random[used++];
      text[i] = HEX[bits >> 4 & 0xf];
      text[i + 1] = HEX[bits & 0xf];
    }
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  private void fill() {
    try {
      int filled = cipher.update(ZEROS, 0, ZEROS.length, random);
      if (filled != random.length) {
        throw new IllegalStateException("a stream cipher keeps nothing back");
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    used = 0;
  }
}
