package io.millrace.examples;

import static io.millrace.api.event.ColumnType.BIGINT;
import static io.millrace.api.event.ColumnType.VARCHAR;
import static io.millrace.testkit.event.TableBuilder.table;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.TableName;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.testkit.CdcExtension;
import io.millrace.testkit.CrashPoint;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The unit test of the README: what a relay does when its process dies before it acknowledges. */
class UnitTestExampleTest {
  @RegisterExtension final CdcExtension cdc = new CdcExtension();

  @Test
  void sendsAgainWhatWasNotAcknowledged() {
    TableName outbox =
        cdc.source()
            .add(
                table("shop.outbox")
                    .column("id", BIGINT)
                    .column("message", VARCHAR)
                    .primaryKey("id"));
    List<String> sent = new ArrayList<>();
    cdc.consumer(
        "relay",
        changes -> {
          changes.rows().forEach(row -> sent.add(row.after().textAt(1).toString()));
          changes.ack();
        });
    cdc.service().create(ChangefeedSpec.builder("consumer://relay").build());

    cdc.crashBefore(CrashPoint.CONSUMER_ACK);
    cdc.source().transaction().insert(outbox, 1, "order paid").commit();
    cdc.runUntilIdle();
    cdc.restart();
    cdc.runUntilIdle();
    assertThat(sent).containsExactly("order paid", "order paid");
  }
}
