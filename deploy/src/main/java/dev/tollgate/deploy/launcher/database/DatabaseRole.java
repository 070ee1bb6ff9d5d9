package dev.tollgate.deploy.launcher.database;

/** Who connects. All but the superuser are made by the admin API's {@code roles.sql}. */
public enum DatabaseRole {
  SUPERUSER("postgres"),
  MIGRATOR("tollgate_migrator"),
  ADMIN("tollgate_admin"),
  GATEWAY("tollgate_gateway");

  private final String user;

  DatabaseRole(String user) {
    this.user = user;
  }

  public String user() {
    return user;
  }
}
