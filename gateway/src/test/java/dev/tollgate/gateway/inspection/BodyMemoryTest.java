package dev.tollgate.gateway.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.RejectionException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.util.unit.DataSize;

class BodyMemoryTest {

  private final BodyMemory memory = new BodyMemory(DataSize.ofBytes(100));

  @Test
  void givesWhatIsThereAndNoMore() {
    BodyMemory.Share one = memory.open();
    BodyMemory.Share other = memory.open();
    one.grow(60);
    other.grow(40);

    assertThatExceptionOfType(RejectionException.class)
        .isThrownBy(() -> one.grow(1))
        .satisfies(refused -> {
          assertThat(refused.rejection().code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE);
          assertThat(refused.rejection().retryAfter()).isNotNull();
        });
    assertThat(memory.heldBytes()).isEqualTo(100);
  }

  @Test
  void takesBackAllOfAShareOnce() {
    BodyMemory.Share share = memory.open();
    share.grow(30);
    share.grow(40);
    share.close();
    share.close();
    share.grow(50);

    assertThat(memory.heldBytes()).isZero();
  }

  @Test
  void releasesAChunkThatDoesNotFit() {
    BodyMemory.Share share = memory.open();
    ByteBuf chunk = Unpooled.buffer().writeZero(101);

    assertThatThrownBy(
            () -> share.take(new NettyDataBufferFactory(ByteBufAllocator.DEFAULT).wrap(chunk)))
        .isInstanceOf(RejectionException.class);

    assertThat(chunk.refCnt()).isZero();
    assertThat(memory.heldBytes()).isZero();
  }

  @Test
  void callsTooLargeWhatWouldNeverGetIn() {
    assertThat(memory.bounded(DataSize.ofBytes(101))).isEqualTo(DataSize.ofBytes(100));
    assertThat(memory.bounded(DataSize.ofBytes(99))).isEqualTo(DataSize.ofBytes(99));
  }
}
