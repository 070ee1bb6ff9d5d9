package dev.tollgate.benchmark.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** Makes loads that are spread over the event loops of this process. */
public final class LoadGenerator {

  private static final int BEGUN_TOGETHER = 1_000;

  private final List<Connector> connectors = new ArrayList<>();

  public LoadGenerator(EventLoopGroup loops, Class<? extends Channel> channelType, int threads) {
    for (int i = 0; i < threads; i++) {
      connectors.add(new Connector(loops.next(), channelType));
    }
  }

  /** Each connection asks again as soon as it is answered. */
  public Load saturation(Target target, int connections, int bodyBytes) {
    return spread((connector, share) -> {
      ByteBuf request = target.request(false, bodyBytes);
      return new Saturation(connector, target, share(connections, share), () -> request);
    });
  }

  /** The same with many keys. */
  public Load saturation(Target target, KeyRing keys, int connections, int bodyBytes) {
    return spread((connector, share) ->
        new Saturation(
            connector,
            target,
            share(connections, share),
            new KeyedRequests(target, keys, bodyBytes)));
  }

  /** So many requests a second, each at its time, however long the answers take. */
  public Load fixedRate(Target target, int connections, double perSecond, int bodyBytes) {
    double each = perSecond / connectors.size();
    return spread((connector, share) ->
        new FixedRate(connector, target, share(connections, share), each, bodyBytes));
  }

  /**
   * So many streams at the same time; one that ends is begun anew. Some are begun before the next
   * connect: a gateway closes connections on which nothing comes.
   */
  public Load streams(Target target, int streams, int bodyBytes) {
    List<LoopLoad> parts = new ArrayList<>();
    for (int begun = 0; begun < streams; begun += BEGUN_TOGETHER) {
      int some = Math.min(BEGUN_TOGETHER, streams - begun);
      for (int i = 0; i < connectors.size(); i++) {
        LoopLoad part = new Streams(connectors.get(i), target, share(some, i), bodyBytes);
        parts.add(part);
        part.begin();
      }
    }
    return new SpreadLoad(parts);
  }

  private int share(int whole, int index) {
    return whole / connectors.size() + (index < whole % connectors.size() ? 1 : 0);
  }

  private Load spread(BiFunction<Connector, Integer, LoopLoad> part) {
    List<LoopLoad> parts = new ArrayList<>();
    for (int i = 0; i < connectors.size(); i++) {
      parts.add(part.apply(connectors.get(i), i));
    }
    parts.forEach(LoopLoad::begin);
    return new SpreadLoad(parts);
  }
}
