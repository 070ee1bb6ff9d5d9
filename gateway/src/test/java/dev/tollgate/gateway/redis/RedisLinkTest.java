package dev.tollgate.gateway.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisLoadingException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisLinkTest {

  @Test
  void takesARedisThatCannotBeAskedForAway() {
    assertThat(RedisLink.isAway(new TimeoutException("no answer in time"))).isTrue();
    assertThat(RedisLink.isAway(new ClosedChannelException())).isTrue();
    assertThat(RedisLink.isAway(new RedisConnectionException("refused"))).isTrue();
    assertThat(RedisLink.isAway(new RedisException("Currently not connected."))).isTrue();
    assertThat(RedisLink.isAway(new RedisLoadingException("LOADING Redis is loading"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "READONLY You can't write against a read only replica.",
        "OOM command not allowed when used memory > 'maxmemory'.",
        "ERR Error running script (call to f_1): @user_script:9: -READONLY You can't write",
        "MISCONF Redis is configured to save RDB snapshots",
        "NOAUTH Authentication required."
      })
  void takesARedisThatServesNobodyForAway(String answer) {
    assertThat(RedisLink.isAway(new RedisCommandExecutionException(answer))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "WRONGTYPE Operation against a key holding the wrong kind of value",
        "ERR Error running script (call to f_1): @user_script:9: WRONGTYPE Operation against",
        "ERR user_script:47: attempt to perform arithmetic on a nil value",
        ""
      })
  void takesARedisThatAnswersForThere(String answer) {
    assertThat(RedisLink.isAway(new RedisCommandExecutionException(answer))).isFalse();
    assertThat(RedisLink.isAway(new IllegalStateException(answer))).isFalse();
  }
}
