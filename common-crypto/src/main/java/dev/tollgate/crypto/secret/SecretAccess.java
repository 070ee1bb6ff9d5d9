package dev.tollgate.crypto.secret;

/**
 * The capability to read a secret. It holds nothing: it exists so that every place that reads a
 * secret names this class and an ArchUnit rule can list those places (as Tink's {@code
 * SecretKeyAccess} does). Whoever is handed a {@link SecretString} without it can store, compare
 * and pass it on, but not see it.
 */
public final class SecretAccess {

  private static final SecretAccess GRANTED = new SecretAccess();

  private SecretAccess() {}

  /**
   * Grants access. Callers are limited by architecture tests of each module; add none without a
   * reason.
   */
  public static SecretAccess granted() {
    return GRANTED;
  }
}
