package dev.tollgate.crypto.token;

/**
 * Why a project token is refused. For logs and metrics; a client learns no more than that its token
 * is not accepted.
 */
public enum TokenRefusal {
  /** More than 4,096 characters. */
  TOO_LONG,
  /** Not three parts of canonical base64url, or header or payload not strict JSON objects. */
  MALFORMED,
  /**
   * A header member beside {@code alg}, {@code kid} and {@code typ}: {@code jku}, {@code x5u},
   * {@code jwk}, {@code crit}, …
   */
  HEADER_NOT_ALLOWED,
  /** {@code typ} is not {@code tgt+jwt}: a token of another kind, even if signed with our key. */
  WRONG_TYPE,
  /** Neither EdDSA nor ES256, or not the algorithm of the key it names. */
  ALGORITHM_NOT_ALLOWED,
  /** No {@code kid}. */
  KEY_ID_MISSING,
  /** A {@code kid} that nobody knows. */
  KEY_UNKNOWN,
  /** The signature is not of that key over these bytes. */
  SIGNATURE_INVALID,
  /** A required claim is not there. */
  CLAIM_MISSING,
  /** A claim has the wrong type, is out of range, or contradicts another. */
  CLAIM_INVALID,
  /** Another issuer's. */
  WRONG_ISSUER,
  /** For another audience. */
  WRONG_AUDIENCE,
  /** {@code nbf} or {@code iat} lies in the future by more than the skew. */
  NOT_YET_VALID,
  /** {@code exp} lies in the past by the skew or more. */
  EXPIRED
}
