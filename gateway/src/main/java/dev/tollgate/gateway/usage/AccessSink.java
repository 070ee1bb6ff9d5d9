package dev.tollgate.gateway.usage;

/** Where requests go that the audit is to know of. */
public interface AccessSink {

  /** Takes the event at once, on any thread, and stores it soon. */
  void access(AccessEvent event);
}
