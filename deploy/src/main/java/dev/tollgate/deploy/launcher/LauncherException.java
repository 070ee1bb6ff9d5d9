package dev.tollgate.deploy.launcher;

/** Why Tollgate cannot start, in words for whoever started it; names no secret. */
public final class LauncherException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public LauncherException(String message) {
    super(message);
  }

  public LauncherException(String message, Throwable cause) {
    super(message, cause);
  }
}
