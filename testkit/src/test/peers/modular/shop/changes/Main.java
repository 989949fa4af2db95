package shop.changes;

import io.millrace.api.ChangefeedId;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.consumer.RowMapper;
import io.millrace.core.CdcService;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Maps changes to a record that only this module sees. */
public final class Main {
  private record Account(long id) {}

  private Main() {}

  /** Runs until a row was mapped. */
  public static void main(String[] arguments) throws InterruptedException {
    RowMapper<Account> accounts = RowMapper.of(MethodHandles.lookup(), Account.class);
    CountDownLatch mapped = new CountDownLatch(1);
    try (CdcService service =
        CdcService.builder()
            .upstream(arguments[0])
            .consumer(
                "accounts",
                changes -> {
                  changes.rows().stream()
                      .filter(row -> row.kind() != io.millrace.api.event.RowChange.Kind.DELETE)
                      .map(accounts::after)
                      .filter(account -> account.id() >= 0)
                      .forEach(account -> mapped.countDown());
                  changes.ack();
                })
            .build()) {
      service.start();
      ChangefeedId id =
          service.create(
              ChangefeedSpec.builder("consumer://accounts")
                  .filterRules(List.of("bank.accounts*"))
                  .build());
      service.awaitCaughtUp(id, Duration.ofSeconds(60));
      if (mapped.await(30, TimeUnit.SECONDS)) {
        System.out.println(
            "mapped in module "
                + Main.class.getModule().getName()
                + ", core is "
                + CdcService.class.getModule().getName());
      }
    }
  }
}
