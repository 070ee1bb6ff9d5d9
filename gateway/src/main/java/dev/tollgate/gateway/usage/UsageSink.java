package dev.tollgate.gateway.usage;

/** Where finished requests go. */
public interface UsageSink {

  /** Takes the event at once, on any thread, and stores it soon. */
  void record(UsageEvent event);
}
