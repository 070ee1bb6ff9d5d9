package dev.tollgate.deploy.launcher.database;

import dev.tollgate.deploy.launcher.LauncherException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * Where Tollgate's database listens and who may enter; known before the server runs, so that what
 * needs it can be told already.
 *
 * @param port of the loopback address
 */
public record DatabaseAccess(int port, DatabasePasswords passwords) {

  static final String DATABASE = "tollgate";

  /**
   * On a port that is free now.
   *
   * @throws LauncherException when there is none
   */
  public static DatabaseAccess onFreePort(DatabasePasswords passwords) {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new DatabaseAccess(free.getLocalPort(), passwords);
    } catch (IOException e) {
      throw new LauncherException("no port is free for PostgreSQL", e);
    }
  }

  public String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, DATABASE);
  }

  public String r2dbcUrl() {
    return "r2dbc:postgresql://127.0.0.1:%d/%s".formatted(port, DATABASE);
  }

  /** For a connection's properties; nobody may log it. */
  public String password(DatabaseRole role) {
    return passwords.reveal(role);
  }
}
