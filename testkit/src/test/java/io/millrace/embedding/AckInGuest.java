package io.millrace.embedding;

import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.event.RowChange;
import io.millrace.core.CdcService;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.List;
import org.mariadb.jdbc.MariaDbDataSource;

/**
 * A program whose consumer copies rows to a table that takes doubles, and acknowledges in the same
 * transaction: {@code AckInGuest UPSTREAM JDBC STORE SCHEMA}. It ends once it has caught up; tests
 * kill it before.
 */
public final class AckInGuest {
  private AckInGuest() {}

  /** Copies {@code SCHEMA.t} to {@code taken}. */
  public static void main(String[] arguments) throws Exception {
    MariaDbDataSource database = new MariaDbDataSource(arguments[1]);
    try (Connection connection = database.getConnection();
        CdcService service =
            CdcService.builder()
                .upstream(arguments[0])
                .store("dir:" + arguments[2])
                .consumer(
                    "copy",
                    changes -> {
                      connection.setAutoCommit(false);
                      try (PreparedStatement insert =
                          connection.prepareStatement("INSERT INTO taken VALUES (?)")) {
                        for (RowChange row : changes.rows()) {
                          insert.setLong(1, row.after().longAt(0));
                          insert.executeUpdate();
                        }
                      }
                      changes.ackIn(connection);
                      connection.commit();
                    },
                    database)
                .build()) {
      service.start();
      service.awaitCaughtUp(
          service.ensure(
              ChangefeedSpec.builder("consumer://copy")
                  .id("copy")
                  .filterRules(List.of(arguments[3] + ".t"))
                  .build()),
          Duration.ofSeconds(60));
      System.out.println("caught up");
    }
  }
}
