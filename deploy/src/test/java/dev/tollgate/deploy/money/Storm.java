package dev.tollgate.deploy.money;

import static org.awaitility.Awaitility.await;

import dev.tollgate.deploy.e2e.Tenant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;

/**
 * Clients that call both gateways all the time with the same few keys, each of which is replaced
 * when it has no money left; one more has no budget of its own.
 */
final class Storm implements AutoCloseable {

  private static final int CLIENTS = 5;
  private static final int KEYS_IN_USE = 3;

  /** Refusals of money in a row, after which nobody has any, whatever key it takes. */
  private static final int DRY = 6;

  /** Between two words: long enough to leave the machine some time for starting things again. */
  private static final int MOST_PAUSE_MILLIS = 20;

  private static final int LEAST_BUDGET = 1_000;
  private static final int MOST_BUDGET = 8_000;

  /** A client that was refused does not ask again at once. */
  private static final Duration AFTER_FAILURE = Duration.ofMillis(100);

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final MoneyBed bed;
  private final Customer customer;
  private final List<String> models;
  private final String name;
  private final long seed;
  private final Map<Tenant.Key, Long> limits = new HashMap<>();
  private final Tenant.Key unlimited;
  private final Queue<Tenant.Key> unused = new ConcurrentLinkedQueue<>();
  private final AtomicReferenceArray<Tenant.Key> used = new AtomicReferenceArray<>(KEYS_IN_USE);
  private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();

  /** Ids of keys with which a provider was reached. */
  private final Set<String> begun = ConcurrentHashMap.newKeySet();

  private final AtomicInteger refusedInARow = new AtomicInteger();
  private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
  private volatile boolean over;

  private Storm(MoneyBed bed, Customer customer, List<String> models, String name, long seed) {
    this.bed = bed;
    this.customer = customer;
    this.models = models;
    this.name = name;
    this.seed = seed;
    this.unlimited = customer.keyForAtOnce();
  }

  /**
   * Makes the keys; {@link #begin()} begins.
   *
   * @param name of its calls
   * @param keys how many budgets there are to use up
   */
  static Storm of(
      MoneyBed bed, Customer customer, List<String> models, String name, long seed, int keys) {
    Storm storm = new Storm(bed, customer, models, name, seed);
    storm.makeKeys(new RandomCalls(seed, name, models, 0), keys);
    return storm;
  }

  void begin() {
    for (int client = 0; client < CLIENTS; client++) {
      startClient(client);
    }
  }

  private void makeKeys(RandomCalls random, int count) {
    List<Long> budgets =
        IntStream.range(0, count)
            .mapToObj(i -> (long) random.between(LEAST_BUDGET, MOST_BUDGET))
            .toList();
    List<Tenant.Key> made = customer.keysForAtOnce(budgets);
    for (int i = 0; i < count; i++) {
      limits.put(made.get(i), budgets.get(i));
    }
    unused.addAll(made);
    for (int i = 0; i < KEYS_IN_USE; i++) {
      used.set(i, unused.remove());
    }
  }

  private void startClient(int client) {
    RandomCalls random =
        new RandomCalls(seed + client, name + "-" + client, models, MOST_PAUSE_MILLIS);
    var _ =
        clients.submit(() -> {
          while (!over) {
            callOnce(random);
          }
        });
  }

  private void callOnce(RandomCalls random) {
    int slot = random.between(0, KEYS_IN_USE);
    Tenant.Key key = slot < KEYS_IN_USE ? used.get(slot) : unlimited;
    Seen one = bed.clients().call(bed.replica(random.between(0, 1)).url(), key, random.next());
    seen.add(one);
    if (bed.provider().saw(one.call().id())) {
      begun.add(key.id());
      refusedInARow.set(0);
    } else if (one.code().equals("insufficient_quota")) {
      refused(slot, key);
    } else {
      pause();
    }
  }

  /** A key that never had an answer is not what has no money. */
  private void refused(int slot, Tenant.Key key) {
    if (slot < KEYS_IN_USE && begun.contains(key.id())) {
      replace(slot, key);
    } else {
      refusedInARow.incrementAndGet();
      pause();
    }
  }

  private void replace(int slot, Tenant.Key spent) {
    Tenant.Key next = unused.poll();
    if (next != null && !used.compareAndSet(slot, spent, next)) {
      unused.add(next);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(AFTER_FAILURE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until so many further calls are over. */
  void awaitCalls(int count) {
    int until = seen.size() + count;
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> seen.size() >= until);
  }

  /**
   * Waits until so many further calls have had an answer of their provider.
   *
   * @param whenDry gives all clients money again
   */
  void awaitAnswers(int count, Runnable whenDry) {
    long until = answers() + count;
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> {
          if (refusedInARow.get() >= DRY) {
            whenDry.run();
            refusedInARow.set(0);
          }
          return answers() >= until;
        });
  }

  private long answers() {
    return seen.stream().filter(one -> one.status() == 200).count();
  }

  /** How many calls are over. */
  int calls() {
    return seen.size();
  }

  /** Ends it; all calls that were made, in the order in which they were over. */
  List<Seen> end() {
    over = true;
    clients.close();
    return new ArrayList<>(seen);
  }

  Map<Tenant.Key, Long> limits() {
    return limits;
  }

  @Override
  public void close() {
    end();
  }
}
