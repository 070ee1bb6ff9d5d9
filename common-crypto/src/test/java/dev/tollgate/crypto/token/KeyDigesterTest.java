package dev.tollgate.crypto.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.crypto.Vectors;
import dev.tollgate.crypto.secret.SecretBytes;
import dev.tollgate.crypto.secret.SecretString;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeyDigesterTest {

  private static final String KEY = Vectors.text("key.virtual");
  private static final PepperSet COMMITTED =
      new PepperSet(1, Map.of(1, SecretBytes.of(Vectors.bytes("digest.pepper"))));

  @Test
  void digestsTheCommittedVector() {
    KeyDigest expected = new KeyDigest(1, Vectors.bytes("digest.value"));
    KeyDigester digester = new KeyDigester(COMMITTED);
    assertThat(digester.digest(KEY)).isEqualTo(expected);
    assertThat(digester.digest(SecretString.of(KEY))).isEqualTo(expected);
    assertThat(digester.candidates(KEY)).containsExactly(expected);
  }

  @Test
  void candidatesStartWithTheCurrentPepperAndGoBackInTime() {
    PepperSet rotated = COMMITTED.rotated().rotated();
    KeyDigester digester = new KeyDigester(rotated);

    assertThat(digester.candidates(KEY))
        .extracting(KeyDigest::pepperVersion)
        .containsExactly(3, 2, 1);
    assertThat(digester.candidates(KEY).getFirst()).isEqualTo(digester.digest(KEY));
    assertThat(digester.candidates(KEY).getLast())
        .isEqualTo(new KeyDigest(1, Vectors.bytes("digest.value")));
  }

  @Test
  void theCurrentPepperNeedNotBeTheNewest() {
    PepperSet rotated = COMMITTED.rotated();
    PepperSet back = new PepperSet(1, rotated.peppers());
    assertThat(new KeyDigester(back).candidates(KEY))
        .extracting(KeyDigest::pepperVersion)
        .containsExactly(1, 2);
  }

  @Test
  void withoutThePepperADigestTellsNothing() {
    assertThat(new KeyDigester(PepperSet.generate()).digest(KEY))
        .isNotEqualTo(new KeyDigester(PepperSet.generate()).digest(KEY));
  }

  @Test
  void digestsServeAsKeysOfMaps() {
    byte[] value = Vectors.bytes("digest.value");
    byte[] other = value.clone();
    other[31] ^= 1;
    Set<KeyDigest> digests = new HashSet<>(List.of(new KeyDigest(1, value)));

    assertThat(digests).contains(new KeyDigest(1, value.clone()));
    assertThat(digests).doesNotContain(new KeyDigest(2, value), new KeyDigest(1, other));
    assertThat(new KeyDigest(1, value)).hasSameHashCodeAs(new KeyDigest(1, value.clone()));
    assertThat(new KeyDigest(1, value).hashCode()).isEqualTo(0x103c0217);
  }

  @Test
  void digestsAreCopiedInAndOutAndPrintNothing() {
    byte[] given = Vectors.bytes("digest.value");
    KeyDigest digest = new KeyDigest(1, given);
    given[0] ^= 1;
    digest.value()[1] ^= 1;
    assertThat(digest.value()).isEqualTo(Vectors.bytes("digest.value"));
    assertThat(digest).hasToString("KeyDigest[pepperVersion=1]");
  }

  @Test
  void refusesWhatIsNoDigest() {
    assertThatThrownBy(() -> new KeyDigest(0, new byte[32]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new KeyDigest(1, new byte[31]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
