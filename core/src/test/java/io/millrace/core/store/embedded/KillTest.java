package io.millrace.core.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.base.Ticker;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.store.Entry;
import io.millrace.api.store.MetaStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kills a real process while it writes: what it was told is there, its leases are not. */
class KillTest {
  private static final int SCALE = Integer.getInteger("millrace.scale", 1);

  @TempDir Path directory;

  @Test
  @Timeout(600)
  void losesNothingAcknowledgedWhenKilled() throws Exception {
    EmbeddedStoreProvider provider = new EmbeddedStoreProvider(Ticker.systemTicker());
    Random random = new Random(3);
    for (int kill = 0; kill < 4 * SCALE; kill++) {
      int last = writeThenKill(provider, 1 + random.nextInt(300));

      try (MetaStore store = provider.open(directory)) {
        List<Entry> found = store.read("").entries();
        assertThat(found).extracting(Entry::key).containsExactly("count/a", "count/b");
        assertThat(found.get(0).value()).isEqualTo(found.get(1).value());
        // one more may be durable that it could not tell any more
        assertThat(Integer.parseInt(found.get(0).value().strip())).isBetween(last, last + 1);
      }
    }
  }

  /** Returns the last number that the process said. */
  private int writeThenKill(EmbeddedStoreProvider provider, int numbers) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                KilledWriter.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
      int last = read(out, process);
      CdcException e = catchThrowableOfType(CdcException.class, () -> provider.open(directory));
      assertThat(e.code()).isEqualTo(StandardErrorCode.STORE_LOCKED);
      assertThat(e).hasMessageContaining("process " + process.pid() + ":");
      for (int i = 1; i < numbers; i++) {
        last = read(out, process);
      }
      // by its handle: Process.destroyForcibly would throw away what was said and not yet read
      process.toHandle().destroyForcibly();
      process.waitFor();
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        last = Integer.parseInt(line);
      }
      return last;
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static int read(BufferedReader out, Process process) throws IOException {
    String line = out.readLine();
    assertThat(line).as("output of process %s", process.pid()).isNotNull();
    return Integer.parseInt(line);
  }
}
