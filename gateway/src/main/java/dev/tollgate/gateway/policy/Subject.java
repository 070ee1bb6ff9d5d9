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

  /** Kind and id in one, as it stands in the ledger: {@code key:key_1}. */
  @Override
  public String toString() {
    return kind.id() + ":" + id;
  }
}
