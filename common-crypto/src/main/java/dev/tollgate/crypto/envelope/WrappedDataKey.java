package dev.tollgate.crypto.envelope;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A data key as stored: encrypted under a key-encryption key. Deleting the row destroys everything
 * sealed under it.
 *
 * <pre>
 * offset  length  content
 *      0       1  layout, 1
 *      1       …  what the key-encryption key made of the 32 bytes of the data key; of the local keyset
 *                 (Tink AES-256-GCM): 0x01 | u32 key id | 12 bytes nonce | 32 bytes ciphertext | 16 bytes tag
 * </pre>
 *
 * Associated data, in the terms of {@link AssociatedData}:
 *
 * <pre>
 * u8 1 | string "tollgate/data-key" | string id | string kekId | string organizationId | optional projectId
 * </pre>
 */
public final class WrappedDataKey {

  /** The longest that any key service makes of 32 bytes, with room to spare. */
  private static final int MAX_BYTES = 8 * 1024;

  private final String id;
  private final String kekId;
  private final byte[] bytes;

  /**
   * A wrapped key as stored.
   *
   * @param id the data key's own id, never empty
   * @param kekId the key-encryption key it is wrapped under, never empty
   * @param bytes copied; whether they open shows later
   */
  public WrappedDataKey(String id, String kekId, byte[] bytes) {
    if (id.isEmpty() || kekId.isEmpty() || bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a wrapped data key has two ids and at most " + MAX_BYTES + " bytes");
    }
    this.id = id;
    this.kekId = kekId;
    this.bytes = bytes.clone();
  }

  /** The data key's id; it stays when the key is wrapped anew. */
  public String id() {
    return id;
  }

  /** The id of the key-encryption key it is wrapped under. */
  public String kekId() {
    return kekId;
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof WrappedDataKey that
        && id.equals(that.id)
        && kekId.equals(that.kekId)
        && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, kekId, Arrays.hashCode(bytes));
  }

  /** Names the ids only. */
  @Override
  public String toString() {
    return "WrappedDataKey[id=" + id + ", kekId=" + kekId + "]";
  }
}
