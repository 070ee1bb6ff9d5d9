package dev.tollgate.deploy.launcher;

/** The command line is not understood; the message names the word that is wrong. */
final class UsageException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
