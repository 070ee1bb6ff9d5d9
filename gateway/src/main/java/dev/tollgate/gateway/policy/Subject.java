package dev.tollgate.gateway.policy;

/**
 * Whose a limit is, and whose use counts towards it.
 *
 * @param id unique among all of one kind
 */
public record Subject(Kind kind, String id) {

  /** Of a document that stands for nobody: it cannot count anything. */
  public static final Subject NOBODY = new Subject(Kind.NOBODY, "");

  /** From the widest to the narrowest. */
  public enum Kind {
    NOBODY("nobody"),
    ORGANIZATION("organization"),
    PROJECT("project"),
    TEAM("team"),
    KEY("key"),
    TOKEN("token");

    private final String id;

    Kind(String id) {
      this.id = id;
    }

    public String id() {
      return id;
    }
  }

  public static Subject organization(String id) {
    return new Subject(Kind.ORGANIZATION, id);
  }

  public static Subject project(String id) {
    return new Subject(Kind.PROJECT, id);
  }

  public static Subject team(String id) {
    return new Subject(Kind.TEAM, id);
  }

  public static Subject key(String id) {
    return new Subject(Kind.KEY, id);
  }

  public static Subject token(String jti) {
    return new Subject(Kind.TOKEN, jti);
  }

  /**
   * What {@link #toString} has written.
   *
   * @throws IllegalArgumentException if it has not
   */
  public static Subject parse(String text) {
    int colon = text.indexOf(':');
    for (Kind kind : Kind.values()) {
      if (kind.id.length() == colon && text.startsWith(kind.id)) {
        return new Subject(kind, text.substring(colon + 1));
      }
    }
    throw new IllegalArgumentException("no subject is written as " + text);
  }

  /** Kind and id in one, as it stands in the ledger: {@code key:key_1}. */
  @Override
  public String toString() {
    return kind.id() + ":" + id;
  }
}
