package dev.tollgate.crypto.envelope;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretBytes;
import java.security.GeneralSecurityException;

/**
 * Turns 32 bytes into Tink's AES-256-GCM without a prefix: {@code nonce (12) | ciphertext | tag
 * (16)}.
 */
final class TinkAead {

  private static final AesGcmParameters AES_256_GCM = registered();

  private TinkAead() {}

  static Aead of(SecretBytes key) {
    byte[] bytes = key.reveal(SecretAccess.granted());
    try {
      return handle(bytes).getPrimitive(RegistryConfiguration.get(), Aead.class);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("Tink has AES-256-GCM", impossible);
    } finally {
      SecretBytes.wipe(bytes);
    }
  }

  @AccessesPartialKey
  private static KeysetHandle handle(byte[] key) throws GeneralSecurityException {
    AesGcmKey aesKey =
        AesGcmKey.builder()
            .setParameters(AES_256_GCM)
            .setKeyBytes(
                com.google.crypto.tink.util.SecretBytes.copyFrom(
                    key, InsecureSecretKeyAccess.get()))
            .build();
    return KeysetHandle.newBuilder()
        .setConfiguration(RegistryConfiguration.get())
        .addEntry(KeysetHandle.importKey(aesKey).withRandomId().makePrimary())
        .build();
  }

  private static AesGcmParameters registered() {
    try {
      AeadConfig.register();
      return AesGcmParameters.builder()
          .setKeySizeBytes(DataKey.KEY_BYTES)
          .setIvSizeBytes(12)
          .setTagSizeBytes(16)
          .setVariant(AesGcmParameters.Variant.NO_PREFIX)
          .build();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("Tink has AES-256-GCM", impossible);
    }
  }
}
