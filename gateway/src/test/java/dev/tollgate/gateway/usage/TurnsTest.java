package dev.tollgate.gateway.usage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TurnsTest {

  private static final String BUSY = "conversation_already_has_active_response";

  private final Turns turns = new Turns();

  private void ask(String id) {
    String own = turns.firstUse(id);
    turns.waits();
    turns.sent(own);
  }

  private void end() {
    turns.done();
    turns.settled();
  }

  @Test
  void countsATurnFromItsQuestionUntilItIsPaid() {
    turns.waits();
    assertThat(turns.needed()).isEqualTo(1);
    turns.sent(null);
    assertThat(turns.needed()).isEqualTo(1);
    turns.begun();
    assertThat(turns.needed()).isEqualTo(1);
    turns.done();
    assertThat(turns.needed()).isEqualTo(1);
    turns.settled();
    assertThat(turns.needed()).isZero();
  }

  @Test
  void countsNoneThatIsWithdrawn() {
    turns.waits();
    turns.withdrawn();
    assertThat(turns.needed()).isZero();
  }

  @Test
  void knowsThatTheProviderHasNoTimeForIt() {
    ask("a");
    turns.refused(BUSY, null);
    assertThat(turns.needed()).isZero();
    turns.refused(BUSY, null);
    assertThat(turns.needed()).isZero();
  }

  @Test
  void believesARefusalThatNamesTheQuestion() {
    ask("a");
    ask("b");
    turns.refused("invalid_value", "b");
    assertThat(turns.needed()).isEqualTo(1);
    turns.refused("invalid_value", "b");
    assertThat(turns.needed()).isEqualTo(1);
  }

  /** Else any mistake made on purpose would free what a running turn is paid from. */
  @Test
  void aRefusalThatMayBeOfSomethingElseEndsNoTurn() {
    ask("a");
    turns.refused("invalid_value", null);
    turns.refused(null, "c");
    assertThat(turns.needed()).isEqualTo(1);
    assertThat(turns.unanswered()).isZero();

    turns.begun();
    end();
    assertThat(turns.needed()).isZero();
  }

  @Test
  void doesNotBelieveAnIdThatSeveralEventsHave() {
    ask("a");
    assertThat(turns.firstUse("a")).isNull();
    turns.refused("invalid_value", "a");
    assertThat(turns.needed()).isEqualTo(1);

    assertThat(turns.firstUse("b")).isEqualTo("b");
    ask("b");
    turns.refused("invalid_value", "b");
    assertThat(turns.needed()).isEqualTo(2);
  }

  @Test
  void believesNoIdOnceOneWasUnsure() {
    ask("a");
    turns.unsureOfIds();
    ask("b");
    turns.refused("invalid_value", "a");
    turns.refused("invalid_value", "b");
    assertThat(turns.needed()).isEqualTo(2);
  }

  @Test
  void expectsATurnOfAProviderThatListens() {
    turns.configured(false, false);
    assertThat(turns.needed()).isZero();
    turns.heard();
    assertThat(turns.needed()).isEqualTo(1);
    turns.begun();
    assertThat(turns.needed()).isEqualTo(2);
    end();
    assertThat(turns.needed()).isEqualTo(1);
  }

  @Test
  void expectsAnotherWhereOneBeganThatNobodyAskedFor() {
    turns.begun();
    assertThat(turns.needed()).isEqualTo(2);
  }

  @Test
  void expectsNoneOfAProviderThatWaitsToBeAsked() {
    turns.heard();
    turns.configures();
    turns.configured(true, true);
    assertThat(turns.needed()).isZero();
  }

  /** What it tells may be of before. */
  @Test
  void expectsATurnUntilTheProviderHasToldOfEveryChange() {
    turns.configured(false, true);
    turns.heard();
    turns.configures();
    turns.configures();
    turns.configured(true, true);
    assertThat(turns.needed()).isEqualTo(1);
    turns.configured(true, true);
    assertThat(turns.needed()).isZero();
    turns.configured(true, false);
    assertThat(turns.needed()).isEqualTo(1);
  }

  @Test
  void countsATurnThatEndsWithoutHavingBegun() {
    ask("a");
    end();
    end();
    assertThat(turns.needed()).isZero();
  }

  @Test
  void tellsThatSomethingIsOver() {
    ask("a");
    long before = turns.changes();
    turns.refused("invalid_value", null);
    assertThat(turns.changes()).isEqualTo(before);
    turns.begun();
    long begun = turns.changes();
    end();
    assertThat(turns.changes()).isNotEqualTo(begun);
  }
}
