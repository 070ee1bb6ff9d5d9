package dev.tollgate.gateway.usage;

/** Where usage rows go. None is lost, whenever this process is killed. */
@FunctionalInterface
public interface UsageSink {

  /**
   * Notes that a provider is about to be called.
   *
   * @param unlessSettled the row as it is stored if nothing more is heard of the request
   * @throws dev.tollgate.gateway.error.RejectionException if it cannot be noted: nobody must be
   *     called
   */
  Entry admit(UsageEvent unlessSettled);

  /** One request's row on its way to the database. Its methods are called in their order. */
  interface Entry {

    /**
     * What the row will be if this process is killed from now on; nothing once the request is over.
     */
    void settled(UsageEvent row);

    /**
     * The request is over.
     *
     * @param row as it is stored
     * @param whenStored is run once the row is in the database; kept until then
     */
    void ended(UsageEvent row, Runnable whenStored);
  }
}
