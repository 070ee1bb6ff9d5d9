package dev.tollgate.gateway.network.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On the channel's own clock, which only moves when told to. */
class RequestBodyTimeoutTest {

  private final List<Object> events = new ArrayList<>();
  private final EmbeddedChannel channel =
      new EmbeddedChannel(
          new RequestBodyTimeout(Duration.ofSeconds(30)),
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
  void readOnlyWhenAsked() {
    channel.config().setAutoRead(false);
    channel.freezeTime();
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  @Test
  void noticesABodyThatStalls() {
    send(head());
    channel.read();
    pass(29);
    assertThat(events).isEmpty();

    pass(1);
    assertThat(events).containsExactly(RequestStall.IN_BODY);
  }

  @Test
  void noticesItOnce() {
    send(head());
    channel.read();
    pass(30);
    channel.read();
    pass(300);

    assertThat(events).hasSize(1);
  }

  @Test
  void countsFromTheLastBytes() {
    send(head());
    for (int i = 0; i < 5; i++) {
      channel.read();
      pass(29);
      send(content());
    }
    assertThat(events).isEmpty();

    channel.read();
    pass(29);
    assertThat(events).isEmpty();
    pass(1);
    assertThat(events).containsExactly(RequestStall.IN_BODY);
  }

  @Test
  void doesNotCountTheTimeInWhichNothingIsRead() {
    send(head());
    channel.read();
    send(content());
    pass(1_000);
    assertThat(events).isEmpty();

    channel.read();
    pass(30);
    assertThat(events).containsExactly(RequestStall.IN_BODY);
  }

  @Test
  void doesNotCountAfterTheEndOfTheBody() {
    send(head());
    channel.read();
    send(LastHttpContent.EMPTY_LAST_CONTENT);
    channel.read();
    pass(1_000);

    assertThat(events).isEmpty();
  }

  private static HttpObject head() {
    return new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/");
  }

  private static HttpObject content() {
    return new DefaultHttpContent(Unpooled.wrappedBuffer(new byte[] {1}));
  }

  private void send(Object message) {
    channel.writeInbound(message);
  }

  private void pass(int seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runPendingTasks();
  }
}
