package dev.tollgate.crypto.envelope;

/**
 * A data key just made, in both its forms: opened for use now, wrapped for storing.
 *
 * @param dataKey for sealing the first secret
 * @param wrapped for the database; store it in the same transaction as what is sealed
 */
public record NewDataKey(DataKey dataKey, WrappedDataKey wrapped) {}
