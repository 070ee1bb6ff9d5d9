package dev.tollgate.gateway.network.internal;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Netty's decoder without what it forgives in silence, of which no trace is left in the decoded
 * message: folded header lines (obs-fold), other white space than one space between the parts of
 * the request line, and a repeated Content-Length in HTTP/1.0. Such a request comes out with a
 * failed {@link DecoderResult}, as any other malformed one does.
 */
final class StrictRequestDecoder extends HttpRequestDecoder {

  private static final byte LINE_FEED = '\n';

  private final Queue<HttpMethod> unanswered = new ArrayDeque<>();
  private boolean inHead = true;
  private boolean headBegun;
  private boolean folded;
  private int contentLengths;
  private int partEnd;
  private long heads;

  StrictRequestDecoder(HttpDecoderConfig config) {
    super(config);
  }

  /** How many heads have been decoded so far. */
  long heads() {
    return heads;
  }

  /** Whether bytes of a head have come, but not all of it. */
  boolean isWithinHead() {
    return inHead && headBegun;
  }

  /** The method of the oldest request that has not been answered yet. */
  @Nullable HttpMethod pollUnanswered() {
    return unanswered.poll();
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out)
      throws Exception {
    boolean wasInHead = inHead;
    int from = buffer.readerIndex();
    int decoded = out.size();
    headBegun |= inHead;
    super.decode(ctx, buffer, out);
    if (wasInHead) {
      folded |= isFolded(buffer, from, buffer.readerIndex());
    }
    for (int i = decoded; i < out.size(); i++) {
      follow(out.get(i));
    }
  }

  private void follow(Object message) {
    if (message instanceof HttpRequest request) {
      headDecoded(request);
    }
    if (message instanceof LastHttpContent) {
      inHead = true;
    }
  }

  private void headDecoded(HttpRequest request) {
    if (folded) {
      request.setDecoderResult(DecoderResult.failure(malformed("folded header line")));
    }
    unanswered.add(request.method());
    heads++;
    inHead = false;
    headBegun = false;
    folded = false;
    contentLengths = 0;
  }

  /** Whether a line among the consumed ones, which are whole lines, begins with white space. */
  private static boolean isFolded(ByteBuf buffer, int from, int to) {
    int lineStart = from;
    while (lineStart < to) {
      byte first = buffer.getByte(lineStart);
      if (first == ' ' || first == '\t') {
        return true;
      }
      int lineEnd = buffer.indexOf(lineStart, to, LINE_FEED);
      if (lineEnd < 0) {
        return false;
      }
      lineStart = lineEnd + 1;
    }
    return false;
  }

  @Override
  protected AsciiString splitHeaderName(byte[] line, int start, int length) {
    AsciiString name = super.splitHeaderName(line, start, length);
    if (inHead
        && HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(name)
        && ++contentLengths > 1) {
      throw malformed("repeated Content-Length");
    }
    return name;
  }

  @Override
  protected String splitFirstWordInitialLine(byte[] line, int start, int length) {
    if (start != 0) {
      throw malformed("white space before the method");
    }
    partEnd = length;
    return super.splitFirstWordInitialLine(line, start, length);
  }

  @Override
  protected String splitSecondWordInitialLine(byte[] line, int start, int length) {
    requireOneSpaceBefore(line, start, length);
    return super.splitSecondWordInitialLine(line, start, length);
  }

  @Override
  protected String splitThirdWordInitialLine(byte[] line, int start, int length) {
    requireOneSpaceBefore(line, start, length);
    String version = super.splitThirdWordInitialLine(line, start, length);
    if (!version.startsWith("HTTP/")) {
      throw malformed("version in lower case");
    }
    return version;
  }

  private void requireOneSpaceBefore(byte[] line, int start, int length) {
    if (start != partEnd + 1 || line[partEnd] != ' ') {
      throw malformed("white space in the request line");
    }
    partEnd = start + length;
  }

  private static IllegalArgumentException malformed(String what) {
    return new IllegalArgumentException(what);
  }
}
