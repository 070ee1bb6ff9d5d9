package dev.tollgate.gateway.usage;

/** Where word for the administrators goes. */
public interface InboxSink {

  /** Takes the event at once, on any thread; the same word within a minute is told once. */
  void tell(InboxEvent event);
}
