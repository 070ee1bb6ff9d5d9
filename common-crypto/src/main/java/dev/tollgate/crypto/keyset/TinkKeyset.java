package dev.tollgate.crypto.keyset;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeyStatus;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

/** The handling of Tink's keyset: what kind of key, its file format, its rotation. */
final class TinkKeyset {

  private static final AesGcmParameters AES_256_GCM = registered();

  private TinkKeyset() {}

  static KeysetHandle generate() throws GeneralSecurityException {
    return KeysetHandle.generateNew(AES_256_GCM, RegistryConfiguration.get());
  }

  static KeysetHandle parse(byte[] json) throws GeneralSecurityException {
    try {
      KeysetHandle keyset =
          TinkJsonProtoKeysetFormat.parseKeyset(
              new String(json, StandardCharsets.UTF_8),
              RegistryConfiguration.get(),
              InsecureSecretKeyAccess.get());
      return refuseOtherKeys(keyset);
    } catch (RuntimeException malformed) {
      throw new GeneralSecurityException("not a keyset");
    }
  }

  static byte[] render(KeysetHandle keyset) {
    try {
      return TinkJsonProtoKeysetFormat.serializeKeyset(
              keyset, RegistryConfiguration.get(), InsecureSecretKeyAccess.get())
          .getBytes(StandardCharsets.UTF_8);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("a keyset of AES-256-GCM keys has a JSON form", impossible);
    }
  }

  static KeysetHandle withNewKey(KeysetHandle keyset) throws GeneralSecurityException {
    return KeysetHandle.newBuilder(keyset)
        .setConfiguration(RegistryConfiguration.get())
        .addEntry(KeysetHandle.generateEntryFromParameters(AES_256_GCM).withRandomId())
        .build();
  }

  static KeysetHandle withPrimary(KeysetHandle keyset, int index) throws GeneralSecurityException {
    KeysetHandle.Builder builder =
        KeysetHandle.newBuilder(keyset).setConfiguration(RegistryConfiguration.get());
    builder.getAt(index).makePrimary();
    return builder.build();
  }

  static KeysetHandle without(KeysetHandle keyset, int index) throws GeneralSecurityException {
    return KeysetHandle.newBuilder(keyset)
        .setConfiguration(RegistryConfiguration.get())
        .deleteAt(index)
        .build();
  }

  /**
   * A weaker or a disabled key in the file is an operator's mistake that shows at start, not at the
   * first secret.
   */
  private static KeysetHandle refuseOtherKeys(KeysetHandle keyset) throws GeneralSecurityException {
    for (int index = 0; index < keyset.size(); index++) {
      KeysetHandle.Entry entry = keyset.getAt(index);
      if (!(entry.getKey() instanceof AesGcmKey key)
          || !key.getParameters().equals(AES_256_GCM)
          || entry.getStatus() != KeyStatus.ENABLED) {
        throw new GeneralSecurityException("not an enabled AES-256-GCM key");
      }
    }
    return keyset;
  }

  private static AesGcmParameters registered() {
    try {
      AeadConfig.register();
      return AesGcmParameters.builder()
          .setKeySizeBytes(32)
          .setIvSizeBytes(12)
          .setTagSizeBytes(16)
          .setVariant(AesGcmParameters.Variant.TINK)
          .build();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("Tink has AES-256-GCM", impossible);
    }
  }
}
