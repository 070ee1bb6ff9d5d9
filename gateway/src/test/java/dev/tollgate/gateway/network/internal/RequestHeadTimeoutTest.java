package dev.tollgate.gateway.network.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On the channel's own clock, which only moves when told to. */
class RequestHeadTimeoutTest {

  private static final String HEAD = "GET / HTTP/1.1\r\nHost: a\r\n";

  private final List<Object> events = new ArrayList<>();
  private int silent;
  private final StrictRequestDecoder decoder = new StrictRequestDecoder(new HttpDecoderConfig());
  private final EmbeddedChannel channel =
      new EmbeddedChannel(
          new RequestHeadTimeout(decoder, Duration.ofSeconds(10), () -> silent++),
          decoder,
          new ChannelInboundHandlerAdapter() {
            @Override
            public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
              events.add(event);
            }

            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
              ReferenceCountUtil.release(message);
            }
          });

  @BeforeEach
  void stopTheClock() {
    channel.freezeTime();
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  @Test
  void countsFromTheConnectionHoweverSteadilyTheHeadDrips() {
    send(HEAD);
    for (int second = 1; second < 10; second++) {
      pass(1);
      send("X-Drip: 1\r\n");
    }
    assertThat(events).isEmpty();

    pass(1);
    assertThat(events).containsExactly(RequestStall.IN_HEAD);
  }

  @Test
  void countsALaterHeadFromItsFirstByteHoweverSteadilyItDrips() {
    send(HEAD + "\r\n");
    pass(100);
    send("GET");
    for (int second = 1; second < 10; second++) {
      pass(1);
      send("T");
    }
    assertThat(events).isEmpty();

    pass(1);
    assertThat(events).containsExactly(RequestStall.IN_HEAD);
  }

  @Test
  void countsTheHeadAfterAPipelinedOneAnew() {
    pass(9);
    send(HEAD + "\r\nGET");
    pass(9);
    assertThat(events).isEmpty();

    pass(1);
    assertThat(events).containsExactly(RequestStall.IN_HEAD);
  }

  @Test
  void countsLineBreaksBeforeAHeadAsItsBegin() {
    send(HEAD + "\r\n");
    for (int second = 0; second < 10; second++) {
      send("\r\n");
      pass(1);
    }
    assertThat(events).containsExactly(RequestStall.IN_HEAD);
  }

  @Test
  void doesNotCountWhileABodyComesOrAConnectionIsIdle() {
    send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n");
    pass(100);
    send("body");
    pass(100);

    assertThat(events).isEmpty();
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void closesAConnectionWithoutARequest() {
    pass(10);

    assertThat(channel.isOpen()).isFalse();
    assertThat(silent).isEqualTo(1);
    assertThat(events).isEmpty();
  }

  private void send(String bytes) {
    channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1));
  }

  private void pass(int seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runPendingTasks();
  }
}
