package dev.tollgate.crypto.token;

/** What an opaque key opens, told by its first four characters. */
public enum KeyKind {
  /** Opens the gateway. */
  VIRTUAL_KEY("tgk_"),
  /** Opens the admin API; also the root key. */
  ADMIN_KEY("tga_");

  private final String prefix;

  KeyKind(String prefix) {
    this.prefix = prefix;
  }

  /** The four characters that every key of this kind starts with. */
  public String prefix() {
    return prefix;
  }
}
