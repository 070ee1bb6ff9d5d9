package dev.tollgate.admin.organization;

import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.schema.Rows;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** What may be said of models without a price. */
@Component
public class UnknownPrices {

  private static final String HAS_DEFAULT =
      """
      SELECT EXISTS (SELECT FROM tollgate.price
                      WHERE organization_id = :organization AND model = '*' AND effective_from <= now()) AS found
      """;

  private final DatabaseClient database;

  UnknownPrices(DatabaseClient database) {
    this.database = database;
  }

  /**
   * Completes if the organization, or a project of it, may have it so. A price that is in force is
   * never deleted, so that a default price stays one.
   *
   * @param wanted null: not said
   * @return fails with 422 {@code default_price_missing} for a default price that the organization
   *     does not have
   */
  public Mono<Void> check(String organizationId, @Nullable UnknownPrice wanted) {
    return wanted == UnknownPrice.CHARGE_DEFAULT
        ? database
            .sql(HAS_DEFAULT)
            .bind("organization", organizationId)
            .map(row -> Rows.required(row, "found", Boolean.class))
            .one()
            .filter(Boolean::booleanValue)
            .switchIfEmpty(Mono.error(UnknownPrices::missing))
            .then()
        : Mono.empty();
  }

  private static ProblemException missing() {
    return ProblemException.unprocessable(
        "/unknown_price",
        "default_price_missing",
        "needs a price of the organization's own, in force now, whose model is *");
  }
}
