package dev.tollgate.deploy.money;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** When calls were at their provider, by its own clock and their clients'. */
final class Traffic {

  private final List<Stay> stays = new ArrayList<>();

  /** A call that was let through between {@code sent} and {@code opened}; nanoseconds. */
  private record Stay(Seen seen, long sent, long opened, long left) {}

  Traffic(BillingProvider provider, Collection<Seen> calls) {
    for (Seen seen : calls) {
      String id = seen.call().id();
      if (provider.saw(id)) {
        Bill bill = provider.bill(id);
        long left = seen.isAdmitted() ? Math.min(seen.leftNanos(), bill.openUntilNanos()) : 0;
        stays.add(new Stay(seen, seen.sentNanos(), bill.openedNanos(), left));
      }
    }
  }

  /** In any window no more than the capacity and what came back in it. */
  void isWithin(long capacity, long refillPerSecond) {
    List<Stay> byOpening = stays.stream().sorted(Comparator.comparingLong(Stay::opened)).toList();
    for (Stay first : byOpening) {
      long within = 0;
      for (Stay last : byOpening) {
        if (last.sent >= first.sent) {
          within++;
          long nanos = last.opened - first.sent;
          assertThat((within - capacity) * 1_000_000_000L)
              .as("%d in %d ns", within, nanos)
              .isLessThanOrEqualTo(refillPerSecond * nanos);
        }
      }
    }
  }

  /** At no time were more of one key on their way. */
  void isAtMostAtOnce(int limit) {
    Map<String, List<Stay>> byKey =
        stays.stream().collect(Collectors.groupingBy(stay -> stay.seen().key().id()));
    byKey.forEach((key, own) ->
        own.forEach(one ->
            assertThat(own.stream().filter(other -> contains(other, one.opened())))
                .as("calls of %s together with %s", key, one)
                .hasSizeLessThanOrEqualTo(limit)));
  }

  private static boolean contains(Stay stay, long time) {
    return stay.opened() <= time && time < stay.left();
  }
}
