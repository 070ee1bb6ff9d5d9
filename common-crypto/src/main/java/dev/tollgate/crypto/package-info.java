/**
 * What the gateway and the admin API must do byte for byte alike: envelope encryption, key format
 * and digest, project tokens, request signatures, masking. Pure Java on Tink and nimbus-jose-jwt;
 * no Spring, no Reactor, no R2DBC.
 *
 * <p>Every layout that is stored or sent stands in the Javadoc of the class that writes it and is
 * held by a committed test vector. A change of a layout is a new version byte, never a silent
 * change.
 */
@NullMarked
package dev.tollgate.crypto;

import org.jspecify.annotations.NullMarked;
