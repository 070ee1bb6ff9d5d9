package dev.tollgate.gateway.support;

import dev.tollgate.gateway.usage.AccessEvent;
import dev.tollgate.gateway.usage.AccessSink;
import dev.tollgate.gateway.usage.InboxEvent;
import dev.tollgate.gateway.usage.InboxSink;
import dev.tollgate.gateway.usage.UsageEvent;
import dev.tollgate.gateway.usage.UsageSink;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What the gateway would have stored. */
public final class RecordedUsage implements UsageSink, AccessSink, InboxSink {

  private final BlockingQueue<UsageEvent> rows = new LinkedBlockingQueue<>();
  private final List<UsageEvent> admitted = new CopyOnWriteArrayList<>();
  private final List<UsageEvent> settled = new CopyOnWriteArrayList<>();
  private final BlockingQueue<AccessEvent> accesses = new LinkedBlockingQueue<>();
  private final List<InboxEvent> told = new CopyOnWriteArrayList<>();
  private final List<Runnable> unstored = new CopyOnWriteArrayList<>();
  private volatile boolean storing = true;
  private volatile @Nullable UsageSink other;

  @Override
  public Entry admit(UsageEvent unlessSettled) {
    UsageSink notedIn = other;
    Entry noted = notedIn == null ? null : notedIn.admit(unlessSettled);
    admitted.add(unlessSettled);
    return new Entry() {
      @Override
      public void settled(UsageEvent row) {
        settled.add(row);
        if (noted != null) {
          noted.settled(row);
        }
      }

      @Override
      public void ended(UsageEvent row, Runnable whenStored) {
        rows.add(row);
        if (noted != null) {
          noted.ended(row, () -> {});
        }
        if (storing) {
          whenStored.run();
        } else {
          unstored.add(whenStored);
        }
      }
    };
  }

  @Override
  public void access(AccessEvent event) {
    accesses.add(event);
  }

  @Override
  public void tell(InboxEvent event) {
    told.add(event);
  }

  /** From now on rows are noted there too, which may refuse them. */
  public void noteIn(UsageSink sink) {
    other = sink;
  }

  /** From now on rows wait for their batch, which never comes. */
  public void storeNothing() {
    storing = false;
  }

  /** What is to be run for rows that wait for their batch. */
  public List<Runnable> unstored() {
    return List.copyOf(unstored);
  }

  /** Takes the next row, as soon as it is there. */
  public UsageEvent next(Duration patience) throws InterruptedException {
    return Objects.requireNonNull(
        rows.poll(patience.toMillis(), TimeUnit.MILLISECONDS), "no usage row in time");
  }

  /** Takes the next access row, as soon as it is there. */
  public AccessEvent nextAccess(Duration patience) throws InterruptedException {
    return Objects.requireNonNull(
        accesses.poll(patience.toMillis(), TimeUnit.MILLISECONDS), "no access row in time");
  }

  /** Access rows that were not taken yet. */
  public List<AccessEvent> waitingAccesses() {
    return List.copyOf(accesses);
  }

  /** Rows as they would have been if the gateway had been killed when it called the provider. */
  public List<UsageEvent> admitted() {
    return List.copyOf(admitted);
  }

  /**
   * Rows as they would have been if the gateway had been killed later, in the order of their
   * writing.
   */
  public List<UsageEvent> settled() {
    return List.copyOf(settled);
  }

  /** Rows that were not taken yet. */
  public List<UsageEvent> waiting() {
    return List.copyOf(rows);
  }

  public List<InboxEvent> told() {
    return List.copyOf(told);
  }

  public void clear() {
    rows.clear();
    admitted.clear();
    settled.clear();
    accesses.clear();
    told.clear();
  }
}
