package dev.tollgate.deploy.simulator;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One thing a simulated model does that a good provider does not, or not as often. */
sealed interface Behaviour {

  /** Changes an answer that would have been right. */
  Answer applyTo(Answer answer, ProviderProtocol protocol);

  /** {@code stall-before-head}: takes the request and never says a word. */
  record StallBeforeHead() implements Behaviour {
    @Override
    public Answer applyTo(Answer answer, ProviderProtocol protocol) {
      return answer.delivered(answer.delivery().stalledBeforeHead());
    }
  }

  /** {@code stall-mid}: sends half and falls silent. */
  record StallMid() implements Behaviour {
    @Override
    public Answer applyTo(Answer answer, ProviderProtocol protocol) {
      Answer half = answer.withFrames(Frames.firstHalf(answer.frames()));
      return half.delivered(answer.delivery().ending(Ending.STALL));
    }
  }

  /** {@code drip}: seven bytes at a time. */
  record Drip() implements Behaviour {
    @Override
    public Answer applyTo(Answer answer, ProviderProtocol protocol) {
      Answer drops = answer.withFrames(Frames.cutEvery(7, answer.frames()));
      return drops.delivered(answer.delivery().paced(Duration.ofMillis(2)));
    }
  }

  /** {@code cut-mid-event}: closes the connection in the middle of an event. */
  record CutMidEvent() implements Behaviour {
    @Override
    public Answer applyTo(Answer answer, ProviderProtocol protocol) {
      Answer cut = answer.withFrames(Frames.cutMidFrame(answer.frames()));
      return cut.delivered(answer.delivery().ending(Ending.ABORT));
    }
  }

  /** {@code split-utf8}: no character of several bytes arrives whole. */
  record SplitUtf8() implements Behaviour {
    @Override
    public Answer applyTo(Answer answer, ProviderProtocol protocol) {
      return answer.withFrames(Frames.splitCharacters(answer.frames()));
    }
  }

  /** {@code gzip}: compresses, whatever encodings the request accepts. */
  record Gzip() implements Behaviour {
    @Override
    public Answer applyTo(Answer answer, ProviderProtocol protocol) {
      return answer
          .withoutHeader("content-length")
          .withHeader("content-encoding", "gzip")
          .withFrames(Frames.gzip(answer.frames()));
    }
  }

  /** A number: fails with that status, in the provider's own words. */
  record Status(int status) implements Behaviour {
    @Override
    public Answer applyTo(Answer answer, ProviderProtocol protocol) {
      Answer error = protocol.error(status, errorType(), "The simulator was asked for this.");
      return status == 429 || status == 503 || status == 529
          ? error.withHeader("retry-after", "7").withHeader("x-should-retry", "true")
          : error;
    }

    private String errorType() {
      return switch (status) {
        case 401 -> "authentication_error";
        case 403 -> "permission_error";
        case 404 -> "not_found_error";
        case 429 -> "rate_limit_error";
        case 529 -> "overloaded_error";
        default -> status < 500 ? "invalid_request_error" : "api_error";
      };
    }
  }

  /** {@code html-502}: a proxy before the provider fails, in HTML. */
  record Html502() implements Behaviour {
    private static final String PAGE =
        "<html><head><title>502 Bad Gateway</title></head><body>cloud</body></html>\n";

    @Override
    public Answer applyTo(Answer answer, ProviderProtocol protocol) {
      return Answer.whole(502, "text/html", Frame.of(PAGE).bytes());
    }
  }

  /** {@code reset}: the connection is reset before anything is sent. */
  record Reset() implements Behaviour {
    @Override
    public Answer applyTo(Answer answer, ProviderProtocol protocol) {
      Delivery reset = answer.delivery().rawBytes().ending(Ending.RESET);
      return answer.withFrames(List.of()).delivered(reset);
    }
  }

  /** {@code garbage}: answers with something that is not HTTP. */
  record Garbage() implements Behaviour {
    @Override
    public Answer applyTo(Answer answer, ProviderProtocol protocol) {
      Delivery raw = answer.delivery().rawBytes().ending(Ending.ABORT);
      return answer.withFrames(List.of(Frame.of("220 mail.example ESMTP\r\n\r\n"))).delivered(raw);
    }
  }

  /** {@code ignore-cancel}: goes on generating, and billing, when nobody listens any more. */
  record IgnoreCancel() implements Behaviour {
    @Override
    public Answer applyTo(Answer answer, ProviderProtocol protocol) {
      return answer.delivered(answer.delivery().ignoringCancel());
    }
  }

  /** {@code no-done}: ends a stream cleanly but without its last event. */
  record NoDone() implements Behaviour {
    @Override
    public Answer applyTo(Answer answer, ProviderProtocol protocol) {
      List<Frame> frames = answer.frames();
      return answer.withFrames(frames.subList(0, Math.max(0, frames.size() - 1)));
    }
  }

  /** {@code slow-N}: N milliseconds between two frames. */
  record Slow(int pauseMillis) implements Behaviour {
    @Override
    public Answer applyTo(Answer answer, ProviderProtocol protocol) {
      return answer.delivered(answer.delivery().paced(Duration.ofMillis(pauseMillis)));
    }
  }

  /** {@code redirect}: points elsewhere. */
  record Redirect() implements Behaviour {
    @Override
    public Answer applyTo(Answer answer, ProviderProtocol protocol) {
      return Answer.whole(307, "text/plain", Frame.of("moved\n").bytes())
          .withHeader("location", "/v1/moved");
    }
  }

  /** {@code set-cookie}: sets cookies and names its organization. */
  record SetCookie() implements Behaviour {
    @Override
    public Answer applyTo(Answer answer, ProviderProtocol protocol) {
      return answer
          .withHeader("set-cookie", "__cf_bm=simulated; path=/; HttpOnly")
          .withHeader("openai-organization", "org-simulated")
          .withHeader("anthropic-organization-id", "org-simulated");
    }
  }

  /**
   * {@code error-mid}: sends half a stream, then its protocol's error event, and ends it cleanly.
   */
  record ErrorMid() implements Behaviour {
    @Override
    public Answer applyTo(Answer answer, ProviderProtocol protocol) {
      return answer.withFrames(
          Frames.append(
              Frames.firstHalf(answer.frames()),
              Frame.of(StreamErrors.event(protocol, "Overloaded in the middle"))));
    }
  }

  /** {@code long-N}: an answer of N words. */
  record Lengthy(int words) implements Behaviour {
    @Override
    public Answer applyTo(Answer answer, ProviderProtocol protocol) {
      return answer;
    }
  }

  /** {@code cached}: half of the input came from a cache. */
  record Cached() implements Behaviour {
    @Override
    public Answer applyTo(Answer answer, ProviderProtocol protocol) {
      return answer;
    }
  }

  /** {@code reasoning}: half of the output is reasoning. */
  record Reasoning() implements Behaviour {
    @Override
    public Answer applyTo(Answer answer, ProviderProtocol protocol) {
      return answer;
    }
  }

  Pattern WITH_NUMBER = Pattern.compile("(slow|long)-([0-9]{1,6})|([45][0-9]{2})");

  /** The behaviour of that name, if there is one. */
  static Optional<Behaviour> named(String name) {
    Matcher numbered = WITH_NUMBER.matcher(name);
    if (numbered.matches()) {
      return Optional.of(numbered(numbered));
    }
    return Optional.ofNullable(
        switch (name) {
          case "stall-before-head" -> new StallBeforeHead();
          case "stall-mid" -> new StallMid();
          case "drip" -> new Drip();
          case "cut-mid-event" -> new CutMidEvent();
          case "split-utf8" -> new SplitUtf8();
          case "gzip" -> new Gzip();
          case "html-502" -> new Html502();
          case "reset" -> new Reset();
          case "garbage" -> new Garbage();
          case "ignore-cancel" -> new IgnoreCancel();
          case "no-done" -> new NoDone();
          case "redirect" -> new Redirect();
          case "set-cookie" -> new SetCookie();
          case "error-mid" -> new ErrorMid();
          case "cached" -> new Cached();
          case "reasoning" -> new Reasoning();
          default -> null;
        });
  }

  private static Behaviour numbered(Matcher matched) {
    String status = matched.group(3);
    if (status != null) {
      return new Status(Integer.parseInt(status));
    }
    int number = Integer.parseInt(matched.group(2));
    return "slow".equals(matched.group(1)) ? new Slow(number) : new Lengthy(number);
  }
}
