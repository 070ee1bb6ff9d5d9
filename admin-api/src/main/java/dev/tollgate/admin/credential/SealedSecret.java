package dev.tollgate.admin.credential;

/**
 * A secret as stored.
 *
 * @param dataKeyId the data key it is sealed under
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; it goes to its column and comes from it
public record SealedSecret(String dataKeyId, byte[] bytes) {}
