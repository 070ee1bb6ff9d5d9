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
    BodyMemory.Share one = memory.open("org_1");
    BodyMemory.Share other = memory.open("org_2");
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
  void leavesRoomForOthersWhereOneOwnerHasSeveralBodies() {
    memory.open("org_1").grow(60);
    BodyMemory.Share second = memory.open("org_1");
    second.grow(20);
    assertThatThrownBy(() -> memory.open("org_1").grow(1)).isInstanceOf(RejectionException.class);

    BodyMemory.Share other = memory.open("org_2");
    other.grow(10);
    other.grow(10);

    other.close();
    second.close();
    memory.open("org_1").grow(20);
    assertThat(memory.heldBytes()).isEqualTo(80);
  }

  @Test
  void takesBackAllOfAShareOnce() {
    BodyMemory.Share share = memory.open("org_1");
    share.grow(30);
    share.grow(40);
    share.close();
    share.close();
    share.grow(50);

    assertThat(memory.heldBytes()).isZero();
  }

  @Test
  void releasesAChunkThatDoesNotFit() {
    BodyMemory.Share share = memory.open("org_1");
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
