package io.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.consumer.ChangeConsumer;
import io.millrace.api.consumer.Changes;
import io.millrace.api.event.RowChange;
import io.millrace.api.event.RowChange.Kind;
import io.millrace.core.CdcService;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An audit log: a line for each change, on the disk before it is acknowledged. */
class AuditLogExampleTest {
  @TempDir private Path work;

  /** Appends to a file; a line begins with its transaction's position, by which doubles show. */
  record AuditLog(FileChannel file) implements ChangeConsumer, AutoCloseable {
    static AuditLog open(Path path) throws IOException {
      return new AuditLog(
          FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    }

    @Override
    public void accept(Changes changes) throws IOException {
      StringBuilder lines = new StringBuilder();
      for (RowChange row : changes.rows()) {
        lines
            .append(changes.position())
            .append(' ')
            .append(changes.commitTs().instant())
            .append(' ')
            .append(row.kind())
            .append(' ')
            .append(row.table().name())
            .append(' ')
            .append((row.kind() == Kind.DELETE ? row.before() : row.after()).textAt(0))
            .append('\n');
      }
      file.write(ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.UTF_8)));
      if (changes.endOfTransaction()) {
        file.force(false);
        changes.ack();
      }
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  @Test
  void goesOnWhereItWas() throws IOException {
    Path path = work.resolve("audit.log");
    Instant begin = Instant.now().minusSeconds(2);
    for (int run = 0; run < 2; run++) {
      try (AuditLog log = AuditLog.open(path);
          CdcService service =
              CdcService.builder()
                  .upstream("datagen:?rate=500&start=" + begin.toEpochMilli())
                  .store("dir:" + work.resolve("store"))
                  .consumer("audit", log)
                  .build()) {
        service.start();
        service.awaitCaughtUp(
            service.ensure(
                ChangefeedSpec.builder("consumer://audit")
                    .id("audit")
                    .startTs(Tso.of(begin))
                    .build()),
            Duration.ofSeconds(30));
      }
    }
    List<String> lines = Files.readAllLines(path);
    assertThat(lines)
        .hasSizeGreaterThan(1000)
        .allMatch(line -> line.matches("\\S+ \\S+Z (INSERT|UPDATE|DELETE) bank\\.\\S+ .*"));
  }
}
