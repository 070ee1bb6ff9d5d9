package dev.tollgate.gateway.usage;

/** Where word for the administrators goes. */
public interface InboxSink {

  /** Takes the event at once, on any thread; the same word within a minute is told once. */
  void tell(InboxEvent event);

  /** As {@link #tell(InboxEvent)}, of a request. */
  default void tell(InboxEvent.Use use) {
    tell(use.event());
  }
}
