/** The local key-encryption key: a Tink keyset in a file outside the database. */
@NullMarked
package dev.tollgate.crypto.keyset;

import org.jspecify.annotations.NullMarked;
