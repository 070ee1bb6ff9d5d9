package dev.tollgate.gateway.usage.internal;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.journal.Journal;
import dev.tollgate.gateway.journal.JournalFullException;
import dev.tollgate.gateway.journal.Ticket;
import dev.tollgate.gateway.usage.UsageEvent;
import dev.tollgate.gateway.usage.UsageSink;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Usage rows on their way from the journal to the database. What waits here is bounded by the
 * journal, which admits nobody any more when it is full.
 */
final class JournaledUsage implements UsageSink {

  private static final Logger log = LoggerFactory.getLogger(JournaledUsage.class);
  private static final Rejection FULL =
      Rejection.retryable(
          ErrorCode.SERVICE_UNAVAILABLE,
          "What is used cannot be noted at the moment. Ask again.",
          Duration.ofSeconds(5));

  private final Journal journal;
  private final BatchQueue<Ended> ended;
  private final BatchQueue<byte[]> left;
  private final RefusedRows refused;
  private final AtomicLong leftRefused = new AtomicLong();
  private final AtomicLong open = new AtomicLong();
  private volatile boolean leftIsStored;

  /** A request that is over. */
  private record Ended(Ticket ticket, Runnable whenStored) {

    byte[] row() {
      return ticket.row();
    }
  }

  /**
   * @param store stores rows as JSON, each once however often it is given
   * @param refused keeps those that the database will never take
   */
  JournaledUsage(
      Journal journal,
      int batchSize,
      Function<List<byte[]>, Mono<Void>> store,
      RefusedRows refused) {
    this.journal = journal;
    this.refused = refused;
    this.ended =
        new BatchQueue<>(
            "Usage",
            Integer.MAX_VALUE,
            batchSize,
            batch ->
                store
                    .apply(batch.stream().map(Ended::row).toList())
                    .doOnSuccess(done -> stored(batch)),
            this::endedIsRefused);
    this.left =
        new BatchQueue<>("Journal", Integer.MAX_VALUE, batchSize, store, this::leftIsRefused);
  }

  /** Reads what an earlier process has left; blocks. */
  void readLeft() {
    journal.left().values().forEach(left::add);
    if (left.size() > 0) {
      log.info("{} usage rows of an earlier process are stored now", left.size());
    }
  }

  @Override
  public Entry admit(UsageEvent unlessSettled) {
    try {
      UsageRow row = UsageRow.of(unlessSettled);
      Ticket ticket = journal.admit(unlessSettled.id(), row.first());
      open.incrementAndGet();
      return new Journaled(ticket, row);
    } catch (JournalFullException e) {
      throw FULL.asException();
    }
  }

  /** Stores what waits, what an earlier process has left first. */
  Mono<Void> flush() {
    return storeLeft().then(ended.flush()).then(refused.flush());
  }

  private Mono<Void> storeLeft() {
    return Mono.defer(() ->
        leftIsStored
            ? Mono.empty()
            : left.flush()
                .then(refused.flush())
                .then(
                    Mono.fromRunnable(() -> {
                      if (left.size() == 0 && leftRefused.get() == 0) {
                        journal.forgetLeft();
                        leftIsStored = true;
                      }
                    })));
  }

  /** Whether all that an earlier process has left is stored, or kept with the refused ones. */
  boolean hasStoredLeft() {
    return leftIsStored;
  }

  private void stored(List<Ended> batch) {
    forget(batch);
    batch.forEach(one -> one.whenStored().run());
  }

  /** What it cost stays leased: the database has not counted it. */
  private void endedIsRefused(Ended one, Throwable why) {
    refused.add(one.row(), why, () -> forget(List.of(one)));
  }

  private void leftIsRefused(byte[] row, Throwable why) {
    leftRefused.incrementAndGet();
    refused.add(row, why, leftRefused::decrementAndGet);
  }

  private void forget(List<Ended> batch) {
    journal.stored(batch.stream().map(Ended::ticket).toList());
    open.addAndGet(-batch.size());
  }

  /** Whether no request is on its way, and every row is stored, or kept with the refused ones. */
  boolean isEmpty() {
    return open.get() == 0 && left.size() == 0;
  }

  int size() {
    return ended.size() + left.size() + refused.size();
  }

  /** One request. */
  private final class Journaled implements Entry {

    private final Ticket ticket;
    private final UsageRow row;
    private @Nullable UsageEvent last;

    /** A step of a stream may come to its end after the stream has. */
    private boolean over;

    Journaled(Ticket ticket, UsageRow row) {
      this.ticket = ticket;
      this.row = row;
    }

    @Override
    public synchronized void settled(UsageEvent event) {
      if (!over) {
        last = event;
        journal.settle(ticket, row.with(event));
      }
    }

    /** Its row is stored even where a fault of the journal's file keeps it from being settled. */
    @Override
    @SuppressWarnings("ReferenceEquality") // nothing has changed since
    public synchronized void ended(UsageEvent event, Runnable whenStored) {
      try {
        if (event != last) {
          settled(event);
        }
      } finally {
        over = true;
        ended.add(new Ended(ticket, whenStored));
      }
    }
  }
}
