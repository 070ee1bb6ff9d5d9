/**
 * Envelope encryption: secrets under a data key per owner, data keys under a key-encryption key
 * outside the database.
 */
@NullMarked
package dev.tollgate.crypto.envelope;

import org.jspecify.annotations.NullMarked;
